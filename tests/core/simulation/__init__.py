"""A simulated world for the core: browsers with several tabs, a network that fails, an operator, and a clock.

Nothing here waits: time is a number (`world.World`). Only the hub's side is real (`monitor.core`); the other side is
written from the protocol alone (`monitor.core.messages`), in the terms of a browser:

- **Profile**: one browser profile at one origin; it owns the LocalStorage that its tabs share, and an IndexedDB
  (`browser.Profile`).
- **Tab**: shows one document after another; it can freeze, reload, be duplicated, closed or killed (`browser.Tab`).
- **Bridge**: what `resources/bridge.js` does in one document (`bridge.Bridge`).
- **Connection**: a WebSocket; texts arrive in order and late, until it is closed or cut (`network.Connection`).
- **Hub**: the registry behind the connections, and a listener that checks every event (`hub.Hub`).
- **Ledger**: what really happened in the browsers, edit by edit, written down where it happens (`ledger.Ledger`).

Known holes, where no design without a transaction over both LocalStorage and IndexedDB can keep the promise. The
simulation goes through them and asserts what is still true there:

- A tab that dies within milliseconds of writing, before IndexedDB has the record, while its answer is lost too. The
  edit is decided anew: one that finds its end state in place is reported as applied, a guarded one otherwise as
  refused although it was written once, an unguarded one is written a second time (`Ledger.forgotten`).
- A page that leaves for good with an edit of its ``session`` area unanswered: the edit ends as refused (``gone``), and
  ``edit.sent`` says that it may have been applied.
- Tabs in different processes see each other's LocalStorage with a delay of their browser's own; here it is one map.
"""
