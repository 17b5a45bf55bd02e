// diagram-js has no touch navigation: one finger pans, two fingers zoom. Mouse and pen are untouched.
function TouchNavigation(canvas) {
  const box = canvas.getContainer();
  const fingers = new Map();
  let apart = 0;
  box.style.touchAction = 'none';
  const distance = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  const middle = () => {
    const frame = box.getBoundingClientRect();
    const [a, b] = [...fingers.values()];
    return { x: (a.x + b.x) / 2 - frame.left, y: (a.y + b.y) / 2 - frame.top };
  };
  box.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) apart = distance();
  });
  box.addEventListener('pointermove', (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const dx = event.clientX - finger.x;
    const dy = event.clientY - finger.y;
    finger.x = event.clientX;
    finger.y = event.clientY;
    if (fingers.size === 1) canvas.scroll({ dx, dy });
    if (fingers.size === 2) {
      const now = distance();
      if (apart) canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * now / apart)), middle());
      apart = now;
    }
  });
  for (const name of ['pointerup', 'pointercancel', 'pointerleave']) {
    box.addEventListener(name, (event) => fingers.delete(event.pointerId));
  }
}
TouchNavigation.$inject = ['canvas'];
export default { __init__: ['touchNavigation'], touchNavigation: ['type', TouchNavigation] };
