// Makes a form livelier; everything works without it. The server alone decides what is shown:
// when a field that others depend on changes, the form is sent with do=update and the fields that differ are exchanged.
const LARGEST = 10 * 1024 * 1024;
const form = document.querySelector('form[data-live]');

async function refresh() {
  const data = new FormData(form);
  data.set('do', 'update');
  form.querySelectorAll('input[type=file]').forEach((input) => data.delete(input.name)); // sent once, with the form
  const answer = await fetch(form.action, { method: 'POST', body: data, headers: { 'X-Part': 'form' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = new Map([...page.querySelectorAll('[data-f]')].map((field) => [field.dataset.f, field]));
  form.querySelectorAll('[data-f]').forEach((field) => {
    const other = fresh.get(field.dataset.f);
    if (!other) return;
    // A field that stays visible keeps its element, so focus and half-typed text stay.
    if (field.hasAttribute('data-off') !== other.hasAttribute('data-off') || field.dataset.req !== other.dataset.req) {
      const fold = field.closest('details');
      if (fold && other.dataset.req === '1') fold.open = true;
      field.replaceWith(document.importNode(other, true));
    }
  });
  offerNow();
}

// A moment is mostly the present one, in the agency's time.
function offerNow() {
  document.querySelectorAll('form input[type=datetime-local]').forEach((input) => {
    if (input.parentElement.classList.contains('with-now')) return;
    const box = document.createElement('div');
    const button = document.createElement('button');
    box.className = 'with-now';
    Object.assign(button, { type: 'button', className: 'btn btn-line', textContent: '现在' });
    const label = input.getAttribute('aria-label') ?? document.querySelector(`label[for="${input.id}"]`)?.firstChild.textContent.trim();
    button.setAttribute('aria-label', `现在：${label ?? ''}`);
    button.addEventListener('click', () => {
      input.value = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 16);
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    input.replaceWith(box);
    box.append(input, button);
  });
}

if (form) {
  offerNow();
  let waiting = 0;
  form.addEventListener('change', (event) => {
    if (!event.target.closest('[data-asked]')) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => { refresh().catch(() => {}); }, 120);
  });
  document.querySelectorAll('[data-nojs]').forEach((part) => { part.hidden = true; });
}

// One press is enough: a second press on a slow line would send the form twice.
document.addEventListener('submit', (event) => {
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  if (event.target.method === 'post') event.target.dataset.sent = '1';
});
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((sent) => delete sent.dataset.sent));

// The chosen file's name stands beside the button, since the control itself is hidden.
document.addEventListener('change', (event) => {
  if (event.target.type !== 'file') return;
  const files = [...event.target.files];
  const large = files.filter((file) => file.size > LARGEST);
  if (large.length) event.target.value = ''; // the server would refuse them too, after a long upload
  const note = document.getElementById(`${event.target.id}-chosen`);
  if (note) note.textContent = large.length ? `“${large[0].name}”超过 10 兆，没有选用` : files.map((file) => file.name).join('，');
});
