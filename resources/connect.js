/* The page that says how to connect: copies the line, and shows and changes this page's own LocalStorage. */
(() => {
  'use strict';

  const byId = (id) => document.getElementById(id);
  const rows = new Map(); // key to its row
  const sorted = (keys) => keys.sort((one, other) => (one < other ? -1 : 1));

  byId('origin').textContent = location.origin;

  byId('copy').addEventListener('click', async () => {
    const button = byId('copy');
    try {
      await navigator.clipboard.writeText(byId('snippet').textContent);
      button.textContent = 'Copied';
    } catch (error) {
      // Browsers have no clipboard for pages on plain http that are not of this machine.
      getSelection().selectAllChildren(byId('snippet'));
      button.textContent = 'Selected; press Ctrl+C';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2500);
  });

  function keys() {
    return sorted(Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index)));
  }

  function say(error) {
    const trouble = byId('trouble');
    trouble.hidden = !error;
    trouble.textContent = error ? `${error.name}: ${error.message}` : '';
  }

  function attempt(action) {
    try {
      action();
      say(null);
    } catch (error) {
      say(error);
    }
    show();
  }

  function makeRow(key) {
    const row = document.createElement('tr');
    const name = document.createElement('td');
    const field = document.createElement('td');
    const act = document.createElement('td');
    const input = document.createElement('input');
    const remove = document.createElement('button');
    name.className = 'key';
    name.textContent = key === '' ? '(empty key)' : key;
    input.className = 'mono';
    input.spellcheck = false;
    input.setAttribute('aria-label', `Value of ${key}`);
    input.addEventListener('change', () => attempt(() => localStorage.setItem(key, input.value)));
    act.className = 'act';
    remove.type = 'button';
    remove.className = 'plain';
    remove.textContent = 'Remove';
    remove.addEventListener('click', () => attempt(() => localStorage.removeItem(key)));
    field.append(input);
    act.append(remove);
    row.append(name, field, act);
    return { row, input, value: null };
  }

  // Only what differs is touched: somebody may be typing in another row.
  function show() {
    const present = keys();
    for (const [key, { row }] of rows) {
      if (localStorage.getItem(key) === null) {
        row.remove();
        rows.delete(key);
      }
    }
    const body = byId('items');
    present.forEach((key, index) => {
      const value = localStorage.getItem(key);
      const known = rows.get(key);
      const entry = known || makeRow(key);
      rows.set(key, entry);
      if (body.children[index] !== entry.row) body.insertBefore(entry.row, body.children[index] || null);
      if (entry.value === value) return;
      entry.value = value;
      if (document.activeElement !== entry.input) entry.input.value = value;
      flash(entry.row);
    });
    byId('none').hidden = present.length > 0;
  }

  function flash(row) {
    row.classList.remove('changed');
    void row.offsetWidth; // so that the animation starts anew
    row.classList.add('changed');
  }

  byId('add').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(() => localStorage.setItem(byId('key').value, byId('value').value));
    byId('value').value = '';
    byId('key').select();
  });
  byId('clear').addEventListener('click', () => attempt(() => localStorage.clear()));
  addEventListener('storage', show); // another tab wrote, or the operator did
  attempt(() => {});
})();
