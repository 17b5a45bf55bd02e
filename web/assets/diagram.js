// Draws the procedures of a case and colours each step by its state; the words stand in the timeline beside it.
// Data: <script type="application/json"> inside the element: {xml, trail: {elementId: {state, words}}}.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import touch from './touch.js';

const FONT = '"PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';

// diagram-js uses these two; browsers before 2022 lack them.
if (!window.structuredClone) window.structuredClone = (value) => JSON.parse(JSON.stringify(value));
if (!Object.hasOwn) Object.hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

function words(state, text) {
  const label = document.createElement('div');
  label.className = `t-words ${state}`;
  label.textContent = text;
  return label;
}

async function draw(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = 'waiting';
  const { xml, trail } = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
  const fallback = [...box.children];
  const viewer = new NavigatedViewer({
    container: box,
    additionalModules: [touch],
    textRenderer: {
      defaultStyle: { fontFamily: FONT, fontSize: 13, lineHeight: 1.3 },
      externalStyle: { fontSize: 12, lineHeight: 1.3 },
    },
  });
  await viewer.importXML(xml);
  fallback.forEach((child) => { child.hidden = true; });
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  let current = null;
  for (const [id, { state, words: text }] of Object.entries(trail)) {
    const element = registry.get(id);
    if (!element || element.waypoints) continue;
    canvas.addMarker(id, `t-${state}`);
    if (text) overlays.add(id, { position: { bottom: 4, left: 4 }, html: words(state, text) });
    if (state === 'now' || state === 'over') current = current || element;
  }
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() < 0.6) { // too small to read: readable scale, current step in view
    canvas.zoom(0.7);
    if (current) canvas.scrollToElement(current, 40);
  }
  box.dataset.drawn = 'done';
}

function drawVisible(root) {
  root.querySelectorAll('[data-diagram]').forEach((box) => {
    const folded = box.closest('details');
    if (!folded || folded.open) draw(box).catch(() => { box.dataset.drawn = 'failed'; });
  });
}

document.querySelectorAll('details').forEach((fold) => fold.addEventListener('toggle', () => drawVisible(fold.parentElement)));
drawVisible(document);
