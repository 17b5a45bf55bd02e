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

const isStep = (element) => /Task$|SubProcess$|CallActivity$/.test(element.type);

// A wheel over the drawing scrolls the page; these buttons change the drawing.
function addTools(box, canvas, home) {
  const place = box.parentElement.querySelector('[data-tools]');
  if (!place) return;
  const tools = { 放大: () => canvas.zoom(Math.min(4, canvas.zoom() * 1.3)), 缩小: () => canvas.zoom(Math.max(0.2, canvas.zoom() / 1.3)), 全图: () => canvas.zoom('fit-viewport', 'auto'), 当前步骤: home };
  for (const [name, act] of Object.entries(tools)) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-line';
    button.textContent = name;
    button.addEventListener('click', act);
    place.append(button);
  }
}

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
    zoomScroll: { enabled: false },
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
    const frame = element.children?.length > 0; // an open subprocess: its steps tell more than its ground
    canvas.addMarker(id, frame ? `u-${state}` : `t-${state}`);
    if (frame) continue;
    if (text && isStep(element)) overlays.add(id, { position: { bottom: 4, left: 4 }, html: words(state, text) });
    if (state === 'now' || state === 'over') current = current || element;
  }
  const home = () => {
    canvas.zoom('fit-viewport', 'auto');
    if (canvas.zoom() < 0.6) { // too small to read: readable scale, current step in view
      canvas.zoom(0.75);
      const target = current || registry.filter((element) => element.type === 'bpmn:StartEvent')[0];
      if (target) canvas.scrollToElement(target, { top: 120, bottom: 120, left: 200, right: 300 });
    }
  };
  addTools(box, canvas, home);
  home();
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
