"""What is true: sessions, pages, storage areas and edits, without Qt, asyncio, sockets, files or a clock.

Words, as the whole project uses them:

- **Storage area**: the items of one Web Storage object, key to value (`area.StorageArea`). A session has one
  ``local`` area; each of its pages has a ``session`` area of its own.
- **Session**: one browser profile at one origin, that is one LocalStorage (`session.Session`). Not to be mixed up
  with ``sessionStorage``.
- **Page**: one tab or frame of a session (`page.Page`). A page has a **line** while it is connected.
- **Leader**: the page that reports the session's ``local`` area and takes its edits.
- **Replica**: an area as it is known here, kept in step with the browser by the page that reports it
  (`replica.Replica`).
- **Change**: one item with its old and new value (`area.Change`).
- **Edit**: an ordered group of operations with the values the operator saw; pending, then applied or refused
  (`edits.Edit`).
- **Announce**: tell every subscriber that something happened (`events`, `registry.Registry.subscribe`).

Time is passed in as seconds on a clock that never goes back. Whoever feeds the core (a hub, a test) calls it from one
thread, hands over what peers send, and calls `registry.Registry.expire` from time to time.
"""
