// Run in the page that tools/rule_pictures.py opens: draws one diagram and marks the culprit.

/* global BpmnJS, document */

async function drawModel({ xml, marked, colour }) {
  const viewer = new BpmnJS({ container: '#canvas', textRenderer: { defaultStyle: { fontFamily: 'sans-serif' } } });
  await viewer.importXML(xml);
  const registry = viewer.get('elementRegistry');
  const lost = [];
  for (const element of marked) {
    const outline = registry.getGraphics(element)?.querySelector(':scope > .djs-visual > :not(defs)');
    if (outline) {
      outline.style.stroke = colour;
      outline.style.strokeWidth = '3px';
    } else {
      lost.push(element);
    }
  }
  const { svg } = await viewer.saveSVG();
  viewer.destroy();
  document.querySelector('#canvas').replaceChildren();
  return { svg, lost };
}

globalThis.drawModel = drawModel;
