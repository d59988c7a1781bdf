/*
 * Session Monitor bridge: shows this page's Web Storage to a Session Monitor hub, live, and carries out its edits.
 *
 * Served by the hub:   <script src="http://127.0.0.1:8765/bridge.js" async></script>
 * As your own file:    <script src="/bridge.js" data-hub="ws://127.0.0.1:8765" async></script>
 *                      (with a CSP: script-src 'self'; connect-src ws://127.0.0.1:8765)
 *
 *   data-hub      the hub's address, if this file does not come from there
 *   data-token    what the hub asks for
 *   data-user     who is signed in; data-label, a name for this browser: only shown to the operator
 *   data-redact   globs of keys whose values never leave the page, in any case: data-redact="*token*,password"
 *
 * SessionMonitor.identify(user) says later who is signed in (null: nobody), SessionMonitor.stop() ends it.
 *
 * It patches nothing, throws nothing into the page and keeps nothing in localStorage. The wire protocol is described in
 * monitor/core/messages.py. An area is localStorage or sessionStorage.
 */
(() => {
  'use strict';

  const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
  if (has(window, 'SessionMonitor')) return;

  const BRIDGE = '0.1.0';
  const PAGE_KEY = 'session-monitor.page';

  // Milliseconds and UTF-16 units.
  const SLICE = 5; // of work in one task
  const LOOK_EVERY = 2000; // between two looks at all items
  const LOOK_SHARE = 20; // times its own length a look is followed by rest
  const LAST_LOOK = 50;
  const ESCAPED = 6; // bytes of a unit in JSON, at worst
  const PART = 170000; // in a message: at worst just under 1 MiB
  const BACKLOG = 32 * 2 ** 20; // unsent: a fresh line costs less
  const STALLED = 30000; // without a byte leaving
  const HIDDEN_BUFFER = 8 * 2 ** 20; // bytes in the socket of a hidden page
  const PATIENCE = 10000; // with IndexedDB
  const UNSURE = 2000; // a welcome that took longer tells too little of the hub's clock
  const REMEMBERED = 256; // edits
  const RETRY_FIRST = 250;
  const RETRY_MOST = 30000;
  const SLEPT = 5000; // the wall clock is ahead by more: the machine slept

  // --- What the page may replace, as it was at the start -------------------------------------------------------------

  const { WebSocket: Socket, Promise, indexedDB, IDBKeyRange: KeyRange, crypto, console } = window;
  const { setTimeout: later, clearTimeout: cancel } = window;
  const { stringify, parse } = JSON;
  const { apply, ownKeys, getPrototypeOf } = Reflect;
  const now = performance.now.bind(performance);
  const wallClock = Date.now;
  const script = document.currentScript || document.querySelector('script[src*="bridge.js"]');

  // --- Never breaking the page ---------------------------------------------------------------------------------------

  const warned = new Set();

  function warnOnce(text) {
    if (!warned.has(text)) console.warn(`Session Monitor: ${text}`);
    warned.add(text);
  }

  const failed = (error) => warnOnce(`an error of its own: ${(error && error.stack) || error}`);

  // Around all that the browser calls: the page's error handlers are not ours.
  function safely(task) {
    return (...given) => {
      try {
        return task(...given);
      } catch (error) {
        return failed(error);
      }
    };
  }

  // A task of its own. Hidden pages' timers hardly tick, their messages do not wait.
  const hops = [];
  const hopping = new MessageChannel();
  hopping.port1.onmessage = safely(() => hops.shift()());

  function hop(task) {
    hops.push(task);
    hopping.port2.postMessage(null);
  }

  // Runs a generator with the page's own work in between, and sends; the first slice at once.
  function inSlices(steps) {
    return new Promise((resolve, reject) => {
      const slice = () => {
        try {
          const end = now() + SLICE;
          let done;
          do ({ done } = steps.next());
          while (!done && now() < end);
          flush();
          (done ? resolve : hop)(slice);
        } catch (error) {
          reject(error);
        }
      };
      slice();
    });
  }

  // JSON.stringify asks objects for toJSON, which old libraries put on every prototype.
  function toJSON(value) {
    if (Array.isArray(value)) return `[${value.map(toJSON).join()}]`;
    if (value === null || typeof value !== 'object') return stringify(value);
    const fields = Object.keys(value).filter((name) => value[name] !== undefined);
    return `{${fields.map((name) => `${stringify(name)}:${toJSON(value[name])}`).join()}}`;
  }

  function randomHex(bytes) {
    const hex = (byte) => byte.toString(16).padStart(2, '0');
    return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), hex).join('');
  }

  // --- What the site says --------------------------------------------------------------------------------------------

  const settings = script ? { ...script.dataset } : {};
  const hub = hubAddress();
  const redacted = (settings.redact || '').toLowerCase().split(',').map((glob) => glob.trim().split('*'));
  let { user } = settings;

  function hubAddress() {
    try {
      const address = settings.hub ? new URL(settings.hub, location.href) : new URL('.', script.src);
      address.protocol = address.protocol.replace('http', 'ws');
      address.hash = '';
      return address.href;
    } catch {
      warnOnce('no address of a hub: give the script tag data-hub="ws://…"');
      return '';
    }
  }

  function isRedacted(key) {
    return redacted.some((pieces) => matches(pieces, key.toLowerCase()));
  }

  // A glob in the pieces between its stars. A regular expression could take minutes.
  function matches(pieces, key) {
    const first = pieces[0];
    const last = pieces[pieces.length - 1];
    if (pieces.length === 1) return first !== '' && key === first;
    let at = first.length;
    const end = key.length - last.length;
    if (at > end || !key.startsWith(first) || !key.endsWith(last)) return false;
    for (const piece of pieces.slice(1, -1)) {
      at = key.indexOf(piece, at);
      if (at < 0) return false;
      at += piece.length;
    }
    return at <= end;
  }

  // --- One Storage object --------------------------------------------------------------------------------------------

  // With the methods of `prototype`, which need not be the page's: scripts patch theirs.
  class Store {
    constructor(storage, prototype) {
      if (!storage) throw new TypeError('the browser gives this page none');
      const { getItem, setItem, removeItem } = prototype;
      const length = Object.getOwnPropertyDescriptor(prototype, 'length').get;
      this.storage = storage;
      this.get = (key) => apply(getItem, storage, [key]);
      this.set = (key, value) => apply(setItem, storage, [key, value]);
      this.remove = (key) => apply(removeItem, storage, [key]);
      this.length = () => apply(length, storage, []);
      this.length(); // throws where the browser forbids it
    }

    // All keys, and names that are none. key(i) takes quadratic time in Firefox; the own property names leave out keys
    // that are names on the prototype chain, such as 'length'.
    names() {
      const names = new Set();
      for (let level = this.storage; level; level = getPrototypeOf(level)) {
        for (const name of ownKeys(level)) if (typeof name === 'string') names.add(name);
      }
      return names;
    }

    // `wanted` is key to value, null for no item. What goes comes first, then what shrinks, then what grows: it never
    // takes more room than before or after.
    put(wanted) {
      const growth = new Map();
      for (const [key, value] of wanted) {
        const held = this.get(key);
        if (value === null) this.remove(key);
        else if (value !== held) growth.set(key, value.length - (held === null ? -1 - key.length : held.length));
      }
      const keys = Array.from(growth.keys()).sort((one, other) => growth.get(one) - growth.get(other));
      for (const key of keys) this.set(key, wanted.get(key));
    }
  }

  // --- The observer: a hidden frame that hears every write of the page -----------------------------------------------

  // A storage event never reaches the document that wrote, so an empty frame listens. What is written through it, the
  // page's own listeners hear. In a closed shadow tree window.length and scripts that look for frames miss it.
  let host = null;
  let mendedAt = -Infinity;
  let mending = 0;
  const framed = {}; // its storages, by kind
  const own = {}; // the page's: for the page id, and without a frame
  let storageError;
  let isOpaque = false; // an origin without storage, which may not look into its frames

  function observe() {
    mendedAt = now();
    host = document.createElement('session-monitor');
    host.setAttribute('uuid', randomHex(16)); // else pyweber sees a change
    host.setAttribute('aria-hidden', 'true');
    host.style.setProperty('display', 'none', 'important');
    const frame = document.createElement('iframe');
    frame.tabIndex = -1;
    const arm = safely(() => listenIn(frame.contentWindow));
    frame.addEventListener('load', arm); // again when the page moves it
    host.attachShadow({ mode: 'closed' }).append(frame);
    (document.body || document.head || document.documentElement).append(host);
    arm();
  }

  function listenIn(inner) {
    inner.addEventListener('storage', onStorage);
    openStores(framed, inner, inner.Storage.prototype);
    openStores(own, window, inner.Storage.prototype);
    lookAtAll().catch(failed);
  }

  function openStores(stores, owner, prototype) {
    for (const kind of Object.keys(areas)) {
      try {
        stores[kind] = new Store(owner[`${kind}Storage`], prototype);
      } catch (error) {
        stores[kind] = null;
        if (kind === 'local' && stores === own) storageError = String(error);
      }
    }
  }

  // Once a second at most: a page may remove what it does not know.
  function mend() {
    cancel(mending);
    if (stopped || isOpaque || (host && host.isConnected)) return;
    const wait = mendedAt + 1000 - now();
    if (wait > 0) {
      mending = later(safely(mend), wait);
    } else {
      observe();
      watch();
    }
  }

  const removals = new MutationObserver(safely(mend));
  const onPage = safely(() => tellPage());
  const titles = new MutationObserver(onPage);

  // Anew each time, for document.open() takes listeners too.
  function watch() {
    const { documentElement, head } = document;
    for (const node of [document, documentElement, host && host.parentNode]) {
      if (node) removals.observe(node, { childList: true });
    }
    if (head) titles.observe(head, { childList: true, characterData: true, subtree: true });
    for (const [target, type, listener] of listeners) target.addEventListener(type, listener);
  }

  const onStorage = safely(({ key, storageArea }) => {
    for (const area of Object.values(areas)) {
      if (area.reporting && framed[area.kind] && storageArea === framed[area.kind].storage) {
        if (key === null) area.look().catch(failed);
        else area.hear(key);
      }
    }
  });

  // --- The two areas -------------------------------------------------------------------------------------------------

  class Area {
    constructor(kind) {
      this.kind = kind;
      this.mirror = new Map(); // key to value as last reported
      this.reporting = null; // one time of reporting; null while another page does it
      this.capturing = false; // a snapshot is being prepared
      this.unreported = true; // something in the mirror that was not
      this.seq = -1; // the count of monitor/core/messages.py
      this.changedAt = -1; // the count at the last change that was not an edit
      this.growing = null; // the message in the outbox that may take more changes
      this.heard = new Set(); // keys to be checked
      this.looking = null; // promise of the look that is under way
      this.lookAgain = false;
    }

    get store() {
      if (!host || !host.isConnected) mend();
      return (host && host.isConnected && framed[this.kind]) || own[this.kind];
    }

    read(key) {
      return this.isOurs(key) ? null : this.store.get(key);
    }

    isOurs(key) {
      return this.kind === 'session' && key === PAGE_KEY;
    }

    known(key) {
      const value = this.mirror.get(key);
      return value === undefined ? null : value;
    }

    // Gathered: a page may write a key ten thousand times in one task.
    hear(key) {
      if (!this.heard.size) hop(() => inSlices(this.compare(this.heard, this.reporting)).catch(failed));
      this.heard.add(key);
    }

    // With what was last reported, not with an event's newValue, which may be older than an edit.
    check(key) {
      const value = this.read(key);
      if (value === this.known(key)) return;
      if (value === null) this.mirror.delete(key);
      else this.mirror.set(key, value);
      this.report(value === null ? ['remove', key] : ['set', key, value]);
    }

    // Where the mirror's keys are all there, and as many as the area's, there is no new one.
    *differences() {
      const { mirror, reporting } = this;
      yield* this.compare(this.heard, reporting);
      if (mirror.size && !this.store.length()) {
        mirror.clear();
        this.report(['clear']);
      }
      yield* this.compare(mirror.keys(), reporting);
      if (this.store.length() !== mirror.size) yield* this.compare(this.store.names(), reporting);
    }

    *compare(keys, reporting) {
      let count = 0;
      for (const key of keys) {
        if (this.reporting !== reporting) return;
        this.heard.delete(key);
        this.check(key);
        count += 1;
        if (count % 16 === 0) yield;
      }
    }

    lookNow(most = Infinity) {
      if (!this.reporting || this.capturing) return;
      const end = now() + most;
      const steps = this.differences();
      while (!steps.next().done && now() < end);
    }

    // In slices. Asked for while under way, it starts over: it may have passed what has changed.
    look() {
      this.lookAgain = true;
      if (!this.reporting || this.capturing) return Promise.resolve();
      if (!this.looking) {
        this.looking = inSlices(this.looks()).finally(() => {
          this.looking = null;
        });
      }
      return this.looking;
    }

    *looks() {
      while (this.lookAgain && this.reporting) {
        this.lookAgain = false;
        yield* this.differences();
      }
    }

    // Brings the mirror up to date and sends it, with what changes while that takes several slices.
    startReporting() {
      if (!this.store) return undefined;
      const reporting = {};
      Object.assign(this, { reporting, capturing: true });
      return inSlices(this.differences()).then(() => {
        if (this.reporting !== reporting) return;
        this.capturing = false;
        if (this.unreported) this.count();
        this.sendSnapshot();
        flush();
      });
    }

    stopReporting() {
      Object.assign(this, { reporting: null, capturing: false, growing: null });
      this.heard.clear();
      outbox = outbox.filter(({ area }) => area !== this);
    }

    count() {
      this.seq += 1;
      this.changedAt = this.seq;
    }

    sendSnapshot() {
      const parts = [[]];
      let room = PART;
      for (const item of this.mirror) {
        const units = item[0].length + item[1].length + 4;
        if (units > room && parts[parts.length - 1].length) {
          parts.push([]);
          room = PART;
        }
        parts[parts.length - 1].push(item);
        room -= units;
      }
      const { kind: area, seq } = this;
      parts.forEach((items, index) => {
        const onWire = () => items.map(([key, value]) => [key, this.onWire(key, value)]);
        const write = () => ({ type: 'snapshot', area, part: index + 1, parts: parts.length, seq, items: onWire() });
        outbox.push({ area: this, units: PART, write });
      });
      this.unreported = false;
      this.growing = null;
    }

    // Into the last message, if it has not left. Later values of a key replace earlier ones.
    report(change) {
      if (this.capturing) {
        this.unreported = true;
        return;
      }
      if (!this.growing || this.growing.units > PART) this.growing = this.newChanges();
      const { growing } = this;
      const [operation, key, value = ''] = change;
      if (operation === 'clear') {
        Object.assign(growing, { changes: [change], places: new Map(), units: 0 });
        return;
      }
      const { changes, places } = growing;
      if (!places.has(key)) places.set(key, changes.length);
      const place = places.get(key);
      growing.units += value.length - (changes[place] ? (changes[place][2] || '').length : -key.length);
      changes[place] = change;
    }

    newChanges() {
      this.count();
      const { kind: area, seq } = this;
      const entry = { area: this, units: 0, changes: [], places: new Map() };
      const onWire = (change) => (change[0] === 'set' ? ['set', change[1], this.onWire(change[1], change[2])] : change);
      entry.write = () => ({ type: 'changes', area, seq, changes: entry.changes.map(onWire) });
      outbox.push(entry);
      return entry;
    }

    // The length stands for a redacted value, and for one that the hub may find too large.
    onWire(key, value) {
      const hidden = value !== null && (isRedacted(key) || value.length * ESCAPED + 4096 > line.limits.message);
      return hidden ? value.length : value;
    }
  }

  // --- The outbox: everything leaves in order, at the line's own pace ------------------------------------------------

  let outbox = []; // of { area, units, write() }
  let waits = 0; // how often in a row the socket was found full
  let full = { bytes: 0, since: 0 };
  let waking = false;

  function post(message) {
    outbox.push({ area: null, units: 0, write: () => message });
  }

  function sendFirst() {
    const entry = outbox.shift();
    if (entry.area && entry.area.growing === entry) entry.area.growing = null;
    line.socket.send(toJSON(entry.write()));
  }

  // At once while the socket's buffer is empty, else gathered until it is.
  function flush() {
    if (!isOpen()) return;
    const end = now() + SLICE;
    while (outbox.length && line.socket.bufferedAmount <= (document.hidden ? HIDDEN_BUFFER : 0) && now() < end) {
      waits = 0;
      sendFirst();
    }
    if (!outbox.length || waking) return;
    const bytes = line.socket.bufferedAmount;
    if (!waits || bytes !== full.bytes) full = { bytes, since: now() };
    const backlog = outbox.reduce((sum, { units }) => sum + units, 0);
    if (backlog > BACKLOG || now() - full.since > STALLED) {
      lose('the line to the hub is too slow');
      return;
    }
    waits += 1;
    waking = true;
    const wake = safely(() => {
      waking = false;
      flush();
    });
    if (waits < 20) hop(wake);
    else later(wake, 8);
  }

  function lookForTheLastTime() {
    for (const area of Object.values(areas)) area.lookNow(LAST_LOOK);
    while (isOpen() && outbox.length) sendFirst();
  }

  // --- IndexedDB: who this session is, and what came of its edits ----------------------------------------------------

  // Partitioned exactly as localStorage. Without it a session lives as long as the document.
  let database = null; // promise of the open database
  let claiming = null; // promise of the identity
  let identity = null; // session id and secret

  function openDatabase() {
    if (database) return database;
    database = patiently((resolve, reject) => {
      const request = indexedDB.open('session-monitor', 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('applied', { autoIncrement: true }).createIndex('id', '');
        request.result.createObjectStore('identity').put(identity || newIdentity(), 'session');
      };
      request.onsuccess = () => {
        request.result.onversionchange = closeDatabase; // a page that deletes its databases need not wait
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    database.catch(closeDatabase); // and the next to ask tries again
    return database;
  }

  function closeDatabase() {
    if (database) database.then((open) => open.close(), () => {});
    database = null;
  }

  function patiently(begin) {
    return new Promise((resolve, reject) => {
      later(() => reject(new Error('IndexedDB does not answer')), PATIENCE);
      begin(resolve, reject);
    });
  }

  // Gives what the request that `work(store)` returns has found.
  function transact(name, mode, work) {
    const run = (open) => patiently((resolve, reject) => {
      const transaction = open.transaction(name, mode, { durability: 'relaxed' });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
    return openDatabase().then(run);
  }

  const newIdentity = () => ({ session_id: randomHex(16), secret: randomHex(32) });

  // Made in the transaction that made the database: tabs that start at once agree.
  function claimIdentity() {
    claiming = claiming || transact('identity', 'readonly', (store) => store.get('session'))
      .catch(() => undefined)
      .then((found) => {
        identity = found || newIdentity();
        return identity;
      });
    return claiming;
  }

  // The latest applied edits, by id; IndexedDB keeps them for the next documents.
  const applied = new Set();

  function remember(id) {
    applied.add(id);
    if (applied.size > REMEMBERED) applied.delete(applied.values().next().value);
    const write = (work) => transact('applied', 'readwrite', work);
    write((store) => store.add(id))
      .then((count) => count % 64 || write((store) => store.delete(KeyRange.upperBound(count - REMEMBERED))))
      .catch(() => {}); // this document remembers it all the same
  }

  function recall(id) {
    return transact('applied', 'readonly', (store) => store.index('id').count(id)).catch(() => 0);
  }

  // --- Edits ---------------------------------------------------------------------------------------------------------

  class Refusal {
    constructor(error, message) {
      Object.assign(this, { error, message });
    }
  }

  // A request has id, area, again, deadline; `keys`, whose values stand in the result; look(), which compares what it
  // concerns with the browser; plan(), which gives the wanted items or throws a Refusal.
  function carryOut(request) {
    if (applied.has(request.id)) return answer(request);
    if (!request.again) return settle(request);
    const mine = line;
    return recall(request.id).then((found) => {
      if (line === mine) (found ? answer : settle)(request);
    });
  }

  function settle(request) {
    const { area, id } = request;
    let refusal = null;
    try {
      admit(request);
      request.look();
      const wanted = request.plan();
      write(area.store, wanted);
      if (id === undefined) request.look(); // a change like the page's own
      else wanted.forEach((value, key) => (value === null ? area.mirror.delete(key) : area.mirror.set(key, value)));
    } catch (error) {
      refusal = error instanceof Refusal ? error : new Refusal('denied', String(error));
      if (area.reporting) safely(request.look)(); // where the old items could not be put back
    }
    if (id !== undefined) {
      if (!refusal) remember(id);
      answer(request, refusal, !refusal);
    } else if (refusal) {
      post({ type: 'error', message: `${area.kind}storage: ${refusal.error} ${refusal.message || ''}` });
    }
  }

  // An edit that is remembered was counted before.
  function answer({ id, area, keys }, refusal = null, counts = false) {
    const values = [];
    let units = 0;
    if (area.reporting) area.heard.forEach(area.check, area);
    for (const key of area.reporting ? new Set(keys) : []) {
      area.check(key);
      const value = area.known(key);
      values.push([key, area.onWire(key, value)]);
      units += key.length + (value === null ? 0 : value.length);
    }
    if (counts) area.seq += 1;
    area.growing = null;
    const outcome = refusal ? 'refused' : 'applied';
    const result = { type: 'result', id, outcome, area: area.kind, seq: area.seq, values, ...refusal };
    outbox.push({ area, units, write: () => result });
  }

  function admit({ area, id, deadline }) {
    // A page that slept through its edit must not wake up and write it.
    if (hubTime() > deadline) throw new Refusal('timed-out');
    if (!area.store) throw new Refusal('denied', storageError || 'the page has no such storage');
    if (id !== undefined && !area.reporting) throw new Refusal('gone');
  }

  const isUntouchable = (area, key) => area.isOurs(key) || isRedacted(key);

  function touch(area, key) {
    if (isUntouchable(area, key)) throw new Refusal('redacted');
  }

  // All or nothing, in one task: no script of the page runs in between.
  function write(store, wanted) {
    const before = new Map();
    for (const key of wanted.keys()) before.set(key, store.get(key));
    try {
      store.put(wanted);
      for (const [key, value] of wanted) if (store.get(key) !== value) throw new Error('it was not kept');
    } catch (error) {
      safely(() => store.put(before))();
      throw new Refusal(error.name === 'QuotaExceededError' ? 'quota' : 'denied', String(error));
    }
  }

  function editRequest(message) {
    const { operations, again } = message;
    const area = areas[message.area];
    const keys = [];
    for (const { op, key, new_key: newKey } of operations) {
      if (op !== 'clear') keys.push(key);
      if (op === 'rename') keys.push(newKey);
    }
    return {
      ...message,
      area,
      keys,
      look() {
        if (operations.some(({ op }) => op === 'clear')) area.lookNow();
        else keys.forEach((key) => area.check(key));
      },
      plan() {
        keys.forEach((key) => touch(area, key));
        return again && isInPlace(area, operations) ? new Map() : planned(area, operations);
      },
    };
  }

  const ANY = {}; // some value or other

  // What the operations leave, each compared with what the operator saw; with `isDone`, what they left if they were
  // applied before.
  function planned(area, operations, isDone = false) {
    const wanted = new Map();
    const held = (key) => (wanted.has(key) ? wanted.get(key) : area.known(key));
    for (const { op, key, value, expected = ANY, new_key: newKey } of operations) {
      const present = isDone && !wanted.has(key) ? expected : held(key);
      const changed = op === 'clear' ? area.changedAt > expected : expected !== ANY && present !== expected;
      if (!isDone && changed) throw new Refusal('conflict');
      if (op === 'set') {
        wanted.set(key, value);
      } else if (op === 'remove') {
        wanted.set(key, null);
      } else if (op === 'rename') {
        if (present === null) throw new Refusal('conflict', 'there is no such item');
        if (!isDone && held(newKey) !== null) throw new Refusal('conflict', 'the new key is taken');
        wanted.set(newKey, present).set(key, null);
      } else if (op === 'clear') {
        for (const each of [...wanted.keys(), ...area.mirror.keys()]) {
          touch(area, each);
          wanted.set(each, null);
        }
      } else {
        throw new Refusal('denied', 'the bridge knows no such operation');
      }
    }
    return wanted;
  }

  function isInPlace(area, operations) {
    const fits = ([key, value]) => (value === ANY ? area.known(key) !== null : area.known(key) === value);
    return Array.from(planned(area, operations, true)).every(fits);
  }

  // {"localstorage": {…}}: exactly these items, by difference. Without an id nobody waits for a result, and the page
  // need not report the area.
  function mapRequest(area, map, message) {
    return {
      ...message,
      area,
      keys: Object.keys(map).filter((key) => isUntouchable(area, key)), // the others the hub knows
      look: () => area.lookNow(),
      plan() {
        const wanted = new Map();
        for (const key of area.store.names()) {
          if (!has(map, key) && !isUntouchable(area, key) && area.read(key) !== null) wanted.set(key, null);
        }
        for (const key of Object.keys(map)) {
          if (!isUntouchable(area, key)) wanted.set(key, typeof map[key] === 'string' ? map[key] : toJSON(map[key]));
        }
        return wanted;
      },
    };
  }

  // --- The line to the hub -------------------------------------------------------------------------------------------

  const areas = { local: new Area('local'), session: new Area('session') };
  const documentId = randomHex(16);
  const origin = window.origin || location.origin;
  let pageId = randomHex(16);
  let line = null; // the one connection there is
  let retryDelay = RETRY_FIRST;
  let retrying = 0;
  let looking = 0;
  let forbidden = false; // by the page's Content-Security-Policy
  let leaving = false; // after pagehide
  let away = false; // cached, frozen or gone: no connection is wanted
  let stopped = false;
  let told = ''; // what the hub knows of the page

  const isOpen = () => line !== null && line.socket !== null && line.socket.readyState === 1;

  function connect() {
    if (line || stopped || away) return;
    cancel(retrying);
    const mine = { socket: null, inbox: [], busy: false, limits: null, began: [0, 0], hubBegan: 0 };
    line = mine;
    claimIdentity().then(safely(() => {
      if (line === mine) dial(mine);
    }));
  }

  function dial(mine) {
    try {
      mine.socket = new Socket(hub, 'session-monitor.v1');
    } catch (error) {
      lose(`cannot connect to ${hub}: ${error}`); // by a policy, in Firefox
      return;
    }
    const on = (type, task) => mine.socket.addEventListener(type, safely((event) => line === mine && task(event)));
    on('open', greet);
    on('message', ({ data }) => receive(data));
    on('close', ({ code, reason }) => {
      const refused = code === 1008 || code === 1009;
      if (refused) retryDelay = RETRY_MOST;
      lose(refused && `the hub refused this page: ${reason || code}`);
    });
    // By a policy, Chromium says no more.
    on('error', () => lose(`cannot reach the hub at ${hub}; trying again, at most every ${RETRY_MOST / 1000} s`));
  }

  function greet() {
    const state = pageState();
    told = toJSON(state);
    line.began = [now(), wallClock()];
    line.socket.send(toJSON({
      type: 'hello',
      version: 1,
      ...identity,
      page_id: pageId,
      document_id: documentId,
      origin,
      user_agent: navigator.userAgent,
      bridge: BRIDGE,
      top_site: topSite(),
      token: settings.token,
      label: settings.label,
      storage_error: storageError,
      ...state,
    }));
  }

  function pageState() {
    return { url: location.href, title: document.title, visible: !document.hidden, user };
  }

  function topSite() {
    if (window.top === window) return undefined;
    const { referrer } = document;
    const top = Array.from(location.ancestorOrigins || []).pop() || (referrer ? new URL(referrer).origin : origin);
    return top === origin ? undefined : top;
  }

  function tellPage() {
    const state = pageState();
    const text = toJSON(state);
    if (!isOpen() || !line.limits || text === told) return;
    told = text;
    post({ type: 'page', ...state });
    flush();
  }

  function lose(why) {
    const { socket } = line;
    line = null;
    outbox = [];
    waits = 0;
    for (const area of Object.values(areas)) area.stopReporting();
    cancel(looking);
    if (socket) socket.close();
    if (stopped || away) return;
    // Later: the event that names the policy may be on its way.
    if (why) later(safely(() => forbidden || warnOnce(why)), 100);
    retrying = later(safely(connect), retryDelay * (0.5 + Math.random() / 2));
    retryDelay = Math.min(retryDelay * 2, RETRY_MOST);
  }

  function receive(text) {
    if (hasSlept()) return;
    let message;
    try {
      message = parse(text);
    } catch {
      warnOnce('the hub sent something that is not JSON');
      return;
    }
    line.inbox.push(Object(message));
    work();
  }

  // The hub's clock, or later. The page's may stop while the machine sleeps, the wall's may be set.
  function hubTime() {
    return line.hubBegan + Math.max(now() - line.began[0], wallClock() - line.began[1]);
  }

  // A fresh line brings what is still wanted.
  function hasSlept() {
    const slept = line.limits && wallClock() - line.began[1] - (now() - line.began[0]) > SLEPT;
    if (slept) lose();
    return slept;
  }

  // One by one: those that wait for IndexedDB or for a look keep their place.
  function work() {
    const mine = line;
    const giveUp = (error) => {
      failed(error);
      if (line === mine) lose();
    };
    try {
      while (line === mine && !mine.busy && mine.inbox.length) {
        const pending = handle(mine.inbox.shift());
        if (!pending) continue;
        mine.busy = true;
        pending.then(() => {
          mine.busy = false;
          if (line === mine) work();
        }).catch(giveUp);
      }
      flush();
    } catch (error) {
      giveUp(error);
    }
  }

  function handle(message) {
    const { type, localstorage, sessionstorage } = message;
    const map = localstorage || sessionstorage;
    if (map && getPrototypeOf(map) === Object.prototype) {
      return carryOut(mapRequest(localstorage ? areas.local : areas.session, map, message));
    }
    if (has(handlers, type)) return handlers[type](message);
    return post({ type: 'error', message: `unknown message type ${String(type).slice(0, 64)}` });
  }

  const handlers = {
    welcome({ page_id: id, limits, time }) {
      if (hubTime() > UNSURE) {
        warnOnce('the hub takes long to answer; trying again');
        return lose();
      }
      retryDelay = RETRY_FIRST;
      pageId = id;
      line.limits = limits;
      line.hubBegan = time;
      tellPage();
      lookLater();
      return areas.session.startReporting();
    },
    wait: () => warnOnce('this page waits for the operator'),
    greet,
    lead: () => areas.local.startReporting(),
    follow: () => areas.local.stopReporting(),
    resync: ({ area }) => areas[area].reporting && areas[area].startReporting(),
    edit: (message) => carryOut(editRequest(message)),
    ping() {
      mend();
      tellPage();
      return lookAtAll().then(() => post({ type: 'pong' }));
    },
    error: ({ message }) => console.debug('Session Monitor:', message),
  };

  // --- The page's life -----------------------------------------------------------------------------------------------

  function lookAtAll() {
    return Promise.all(Object.values(areas).map((area) => area.look()));
  }

  // For what the observer missed. A hidden page rests until the hub pings.
  function lookLater(wait = LOOK_EVERY) {
    cancel(looking);
    looking = later(safely(() => {
      if (!line || document.hidden || hasSlept()) return;
      mend();
      tellPage();
      const began = now();
      lookAtAll().then(() => {
        if (line) lookLater(Math.max(LOOK_EVERY, LOOK_SHARE * (now() - began)));
      }).catch(failed);
    }), wait);
  }

  // An open socket would look alive while the page is frozen or cached.
  function leave() {
    away = true;
    cancel(retrying);
    if (isOpen()) {
      lookForTheLastTime();
      line.socket.send(toJSON({ type: 'bye' }));
    }
    if (line) lose();
    closeDatabase();
  }

  function comeBack() {
    away = leaving = false;
    retryDelay = RETRY_FIRST;
    connect();
  }

  // In sessionStorage between two documents of the tab, so that no script sees it. Frames share that with their parent.
  const keepsPageId = () => window.top === window && own.session;

  function takePageId() {
    const kept = keepsPageId() && own.session.get(PAGE_KEY);
    if (kept) own.session.remove(PAGE_KEY);
    return kept;
  }

  const onVisibility = safely(() => {
    if (document.hidden && leaving) {
      leave();
      if (keepsPageId()) own.session.set(PAGE_KEY, pageId);
    }
    tellPage();
    if (document.hidden) return;
    if (line) lookLater(0);
    else comeBack();
  });

  // A visible page becomes hidden right after it. It leaves only then: its own listeners may write.
  const onPageHide = () => {
    leaving = true;
    if (document.hidden) onVisibility();
  };

  const onPageShow = safely(({ persisted }) => {
    if (!persisted) return;
    takePageId();
    if (leaving && line) lose(); // it was never told that it is hidden
    comeBack();
  });

  const onViolation = safely(({ blockedURI, disposition, effectiveDirective }) => {
    if (disposition === 'report' || effectiveDirective !== 'connect-src' || !hub.startsWith(blockedURI)) return;
    forbidden = true;
    warnOnce(`the page's Content-Security-Policy forbids the connection: add ${new URL(hub).origin} to connect-src`);
  });

  const listeners = [
    [window, 'beforeunload', safely(lookForTheLastTime)], // Firefox closes the socket before pagehide
    [window, 'pagehide', onPageHide],
    [window, 'pageshow', onPageShow],
    [window, 'visibilitychange', onVisibility], // after all listeners on the document
    [window, 'online', safely(() => line || comeBack())],
    [window, 'popstate', onPage],
    [window, 'hashchange', onPage],
    [window.navigation, 'currententrychange', onPage], // history.pushState
    [document, 'freeze', safely(leave)],
    [document, 'resume', safely(comeBack)],
    [document, 'securitypolicyviolation', onViolation],
  ].filter(([target]) => target);

  function stop() {
    if (stopped) return;
    leave();
    stopped = true;
    for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
    removals.disconnect();
    titles.disconnect();
    cancel(mending);
    if (host) host.remove();
  }

  const begin = safely(() => {
    if (stopped) return;
    openStores(own, window, window.Storage.prototype);
    isOpaque = origin === 'null' && !own.local && !own.session;
    safely(mend)(); // fails in an SVG document: then looks must do
    safely(watch)();
    if (own.local || framed.local) storageError = undefined; // a page may have put another in its place
    pageId = takePageId() || pageId;
    connect();
  });

  Object.defineProperty(window, 'SessionMonitor', {
    configurable: true,
    value: Object.freeze({
      identify: safely((who) => {
        user = who === null || who === undefined ? null : String(who);
        tellPage();
      }),
      stop: safely(stop),
    }),
  });

  if (!hub) stopped = true;
  else if (document.prerendering) document.addEventListener('prerenderingchange', begin, { once: true });
  else begin();
})();
