/* The demo shop. It keeps all it knows in LocalStorage, and shows what stands there, whoever wrote it. */
(() => {
  'use strict';

  const GOODS = [
    { sku: 'sencha-100', name: 'Sencha', words: 'Green, grassy, steamed. 100 g', cents: 890, colour: '#7fa46a' },
    { sku: 'assam-250', name: 'Assam', words: 'Black and malty, for the morning. 250 g', cents: 1150, colour: '#a2593a' },
    { sku: 'oolong-075', name: 'Iron Goddess', words: 'Oolong, lightly roasted. 75 g', cents: 1420, colour: '#b08d3f' },
    { sku: 'rooibos-200', name: 'Rooibos', words: 'No caffeine, all evening. 200 g', cents: 720, colour: '#b5523f' },
    { sku: 'pot-600', name: 'Teapot', words: 'Cast iron, 0.6 litres', cents: 4900, colour: '#4d5a6e' },
    { sku: 'cup-2', name: 'Two cups', words: 'Stoneware, fit into each other', cents: 2350, colour: '#7b7f92' },
  ];
  const RATES = { EUR: 1, GBP: 0.84, USD: 1.09 };
  const DELIVERY = 490;
  const NAMES = ['Ada Moreau', 'Bilal Haddad', 'Chiara Conti', 'Dmitri Orlov', 'Emiko Tanaka'];

  const byId = (id) => document.getElementById(id);

  // --- LocalStorage: whoever edits it may write anything, so whatever does not fit counts as absent --------------------------

  function read(key, otherwise, fits) {
    try {
      const value = JSON.parse(localStorage.getItem(key));
      return fits(value) ? value : otherwise;
    } catch (error) {
      return otherwise;
    }
  }

  function write(key, value) {
    try {
      localStorage.setItem(key, typeof value === 'string' ? value : JSON.stringify(value));
    } catch (error) {
      say(`The browser did not keep that: ${error.name}`);
    }
    show();
  }

  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  const isLine = (line) => isObject(line) && GOODS.some(({ sku }) => sku === line.sku) && Number.isInteger(line.quantity) && line.quantity > 0;

  const cart = () => read('cart', [], Array.isArray).filter(isLine);
  const flags = () => read('flags', {}, isObject);
  const customer = () => read('customer', null, (value) => isObject(value) && typeof value.name === 'string');
  const currency = () => (Object.hasOwn(RATES, localStorage.getItem('currency')) ? localStorage.getItem('currency') : 'EUR');
  const theme = () => (['light', 'dark'].includes(localStorage.getItem('theme')) ? localStorage.getItem('theme') : 'system');

  // --- showing -------------------------------------------------------------------------------------------------------------

  const money = (cents) => new Intl.NumberFormat('en', { style: 'currency', currency: currency() }).format((cents * RATES[currency()]) / 100);
  const price = (good) => Math.round(good.cents * (flags().memberPrices && customer() ? 0.9 : 1));
  const say = (text) => { byId('said').textContent = text; };

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function button(text, className, title, action) {
    const made = element('button', className, text);
    made.type = 'button';
    made.setAttribute('aria-label', title);
    made.addEventListener('click', action);
    return made;
  }

  function tin(colour) {
    const space = 'http://www.w3.org/2000/svg';
    const picture = document.createElementNS(space, 'svg');
    picture.setAttribute('viewBox', '0 0 62 84');
    picture.setAttribute('aria-hidden', 'true');
    const shapes = [['4', '16', '54', '64', '8', '1'], ['8', '4', '46', '16', '6', '0.75'], ['14', '36', '34', '22', '3', '0']];
    for (const [x, y, width, height, rx, opacity] of shapes) {
      const shape = document.createElementNS(space, 'rect');
      const looks = opacity === '0' ? { fill: '#fffdf6', 'fill-opacity': '0.85' } : { fill: colour, 'fill-opacity': opacity };
      for (const [name, value] of Object.entries({ x, y, width, height, rx, ...looks })) shape.setAttribute(name, value);
      picture.append(shape);
    }
    return picture;
  }

  function goodsOnce() {
    for (const good of GOODS) {
      const card = element('li', 'card good');
      const ground = element('div', 'tin');
      const words = element('div', 'words');
      const foot = element('div', 'row');
      ground.style.background = `color-mix(in srgb, ${good.colour} 18%, var(--raised))`;
      ground.append(tin(good.colour));
      const tag = element('span', 'price');
      tag.dataset.sku = good.sku;
      foot.append(tag, button('Add', '', `Add ${good.name} to the cart`, () => change(good.sku, 1)));
      words.append(element('h3', '', good.name), element('span', 'muted small', good.words), foot);
      card.append(ground, words);
      byId('goods').append(card);
    }
  }

  function change(sku, by) {
    const lines = cart();
    const line = lines.find((one) => one.sku === sku);
    if (line) line.quantity += by;
    else lines.push({ sku, quantity: by });
    say('');
    write('cart', lines.filter(({ quantity }) => quantity > 0));
  }

  function showCart() {
    let sum = 0;
    const lines = cart().map(({ sku, quantity }) => {
      const good = GOODS.find((one) => one.sku === sku);
      const line = element('li');
      sum += price(good) * quantity;
      line.append(
        element('span', 'grow', `${quantity} × ${good.name}`),
        button('−', 'plain', `One ${good.name} less`, () => change(sku, -1)),
        button('+', 'plain', `One ${good.name} more`, () => change(sku, 1)),
        element('span', 'amount', money(price(good) * quantity)),
      );
      return line;
    });
    const delivery = !lines.length || flags().freeDelivery ? 0 : DELIVERY;
    byId('lines').replaceChildren(...lines);
    byId('empty').hidden = lines.length > 0;
    byId('delivery').textContent = money(delivery);
    byId('total').textContent = money(sum + delivery);
  }

  function show() {
    const user = customer();
    if (theme() === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme();
    byId('theme').value = theme();
    byId('currency').value = currency();
    byId('sign').textContent = user ? `Sign out ${user.name}` : 'Sign in';
    byId('banner').hidden = !flags().freeDelivery;
    byId('flag-delivery').checked = Boolean(flags().freeDelivery);
    byId('flag-prices').checked = Boolean(flags().memberPrices);
    const note = localStorage.getItem('note') || '';
    if (document.activeElement !== byId('note')) byId('note').value = note;
    for (const tag of document.querySelectorAll('.price')) tag.textContent = money(price(GOODS.find(({ sku }) => sku === tag.dataset.sku)));
    showCart();
    if (window.SessionMonitor) SessionMonitor.identify(user ? user.name : null);
  }

  // --- what the customer does ----------------------------------------------------------------------------------------------

  function signIn() {
    const name = NAMES[Math.floor(Math.random() * NAMES.length)];
    const letters = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    write('access_token', letters); // the bridge is told to keep tokens to itself
    write('customer', { name, since: new Date().toISOString(), points: Math.floor(Math.random() * 900) });
  }

  function signOut() {
    localStorage.removeItem('access_token');
    localStorage.removeItem('customer');
    show();
  }

  byId('sign').addEventListener('click', () => (customer() ? signOut() : signIn()));
  byId('theme').addEventListener('change', (event) => write('theme', event.target.value));
  byId('currency').addEventListener('change', (event) => write('currency', event.target.value));
  byId('note').addEventListener('input', (event) => write('note', event.target.value));
  byId('flag-delivery').addEventListener('change', (event) => write('flags', { ...flags(), freeDelivery: event.target.checked }));
  byId('flag-prices').addEventListener('change', (event) => write('flags', { ...flags(), memberPrices: event.target.checked }));
  byId('empty-cart').addEventListener('click', () => write('cart', []));
  byId('order').addEventListener('click', () => {
    if (!cart().length) {
      say('There is nothing to order yet.');
      return;
    }
    write('last_order', { at: new Date().toISOString(), lines: cart() });
    write('cart', []);
    say('Thank you. (Nothing is sent anywhere: this is a demo.)');
  });

  function stock(key, value) {
    if (localStorage.getItem(key) === null) write(key, value);
  }

  goodsOnce();
  stock('cart', [{ sku: 'sencha-100', quantity: 1 }]);
  stock('flags', { freeDelivery: false, memberPrices: true });
  stock('currency', 'EUR');
  stock('theme', 'system');
  show();
  addEventListener('storage', show); // another tab wrote, or the operator did
  addEventListener('load', show); // the bridge is there by now, to be told who is signed in
})();
