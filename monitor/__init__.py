"""Session Monitor: live browser sessions on the desktop, and their LocalStorage, edited both ways.

Words, as all of the project uses them:

- **Session**: one browser profile at one origin, that is one LocalStorage. Not to be mixed up with sessionStorage.
- **Page**: one tab or frame of a session. The pages of a session share its LocalStorage; each has a SessionStorage of
  its own.
- **Bridge**: the script in a page, ``bridge.js``, that reports what the browser stores and writes what is asked of it.
- **Hub**: the server that bridges connect to (`WebSocket`).
- **Edit**: a change that an operator or a program asks for; pending, then applied or refused by the browser.
- **Item**: a key and its value, both text.

For programs::

    from monitor import WebSocket

    async with WebSocket() as ws:
        session = await ws.wait_for_session()
        session.local_storage.set("theme", "dark")
        await ws.settled()

`LocalStorage` and `SessionStorage` are one session's storage; `BaseStorage` is what they share. Importing this package
loads none of what it needs to serve or to show a window: each name is imported when it is first used.
"""

from importlib import import_module
from typing import Any

__all__ = ["BaseStorage", "LocalStorage", "SessionStorage", "WebSocket", "__version__"]

__version__ = "0.1.0"

NAME = "session-monitor"
"""What the system knows the app by: its folders, its log, its entry in the desktop."""

_HOMES = {
    "BaseStorage": "monitor.storage",
    "LocalStorage": "monitor.storage",
    "SessionStorage": "monitor.storage",
    "WebSocket": "monitor.hub.websocket",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
