// Builds web/assets into web/static/dist with a manifest that web/assets.py reads.
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const source = (name) => resolve(import.meta.dirname, 'assets', name);

export default defineConfig({
  root: import.meta.dirname,
  base: '/static/dist/',
  publicDir: false,
  build: {
    outDir: 'static/dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2020',
    cssTarget: 'chrome80',
    assetsInlineLimit: 0, // fonts stay files: font-src 'self'
    rollupOptions: {
      input: {
        shouhu: source('shouhu.css'),
        form: source('form.js'),
        draft: source('draft.js'),
        diagram: source('diagram.js'),
        print: source('print.js'),
        progress: source('progress.js'),
      },
    },
  },
});
