// Keeps what is typed on the server while one types; everything works without it, by the button 暂存.
// Nothing is ever kept in the browser: while there is no connection, it stays on the open page, which says so.
const form = document.querySelector('form[data-draft]');
const said = document.getElementById('draft-said');
const PAUSE = 1500;
const FIRST = 5;
const LONGEST = 60;
let kept = '';
let waiting = 0;
let wait = FIRST;
let stopped = false;

function typed() {
  const data = new FormData(form);
  form.querySelectorAll('input[type=file]').forEach((input) => data.delete(input.name));
  return data;
}

function text() {
  const data = typed();
  ['csrf_token', 'once', 'draft'].forEach((name) => data.delete(name));
  return new URLSearchParams(data).toString();
}

function say(words, ...buttons) {
  said.replaceChildren(words, ...buttons);
}

function button(words, press) {
  const made = document.createElement('button');
  Object.assign(made, { type: 'button', className: 'btn btn-line ms-2', textContent: words });
  made.addEventListener('click', press);
  return made;
}

function later(seconds) {
  clearTimeout(waiting);
  waiting = setTimeout(save, seconds * 1000);
}

// The whole page goes to the sign-in page and comes back filled: the server carries it along.
function signIn() {
  form.dataset.checked = '1';
  form.requestSubmit(form.querySelector('[name=do][value=update]'));
}

function takeNewer(version) {
  form.elements.draft.value = version;
  stopped = false;
  kept = '';
  save();
}

function refused({ said: words, version }) {
  stopped = true;
  if (!version) return say(words);
  const link = document.createElement('a');
  Object.assign(link, { href: location.pathname, target: '_blank', rel: 'noopener', className: 'ms-2', textContent: '打开较新的草稿' });
  say(words, link, button('改用本页内容', () => takeNewer(version)));
}

function lost() {
  say(`连接中断，填写的内容还在本页，没有丢失。${wait} 秒后再试，请不要关闭本页。`);
  later(wait);
  wait = Math.min(wait * 2, LONGEST);
  return 'lost';
}

async function save() {
  clearTimeout(waiting);
  const now = text();
  if (stopped || now === kept) return 'same';
  let answer;
  try {
    answer = await fetch(form.dataset.draft, { method: 'POST', body: typed(), redirect: 'manual' });
  } catch {
    return lost();
  }
  if (answer.status >= 500) return lost();
  if (answer.status === 401 || answer.status === 400 || answer.type === 'opaqueredirect') {
    stopped = true;
    say('登录已过期，填写的内容还在本页，没有丢失。', button('登录后继续', signIn));
    return 'expired';
  }
  const told = await answer.json().catch(() => ({ said: '没有暂存，填写的内容还在本页。' }));
  if (!answer.ok) { refused(told); return 'refused'; }
  form.elements.draft.value = told.version;
  kept = now;
  wait = FIRST;
  say(told.said);
  return 'kept';
}

// A form is sent only where the server can be reached; otherwise the browser would leave the page for its own.
async function check(event) {
  if (form.dataset.checked || form.dataset.sent) return;
  if (stopped || (text() === kept && wait === FIRST)) return; // all is kept, and the server answered just now
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.checking) return;
  form.dataset.checking = '1';
  kept = '';
  const outcome = await save();
  delete form.dataset.checking;
  if (outcome === 'lost') {
    clearTimeout(waiting);
    later(FIRST);
    say('没有提交：连接中断。填写的内容还在本页，没有丢失；连接恢复后请再按一次。');
    return;
  }
  form.dataset.checked = '1';
  form.requestSubmit(event.submitter);
}

if (form && said) {
  kept = text();
  const typing = () => later(PAUSE / 1000);
  form.addEventListener('input', typing);
  form.addEventListener('change', typing);
  form.addEventListener('submit', check);
  window.addEventListener('online', () => { if (text() !== kept) save(); });
  window.addEventListener('pageshow', () => { delete form.dataset.checked; });
  window.addEventListener('beforeunload', (event) => {
    if (text() !== kept && !stopped && !form.dataset.sent) event.preventDefault();
  });
}
