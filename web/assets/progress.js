// Shows how far work has come: asks for the page again, and takes over the part that tells; the page itself where the work is done.
const EVERY = 2000;
const ask = async () => {
  const here = document.querySelector('[data-progress]');
  if (!here) return;
  try {
    const answer = await fetch(window.location.href, { credentials: 'same-origin' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const there = page.querySelector('[data-progress]');
    if (!there) { window.location.reload(); return; }
    here.querySelector('[role=status]').replaceChildren(...there.querySelector('[role=status]').childNodes);
  } catch { /* the connection is lost for a moment: ask again */ }
  setTimeout(ask, EVERY);
};
setTimeout(ask, EVERY);
