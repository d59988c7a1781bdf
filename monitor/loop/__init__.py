"""asyncio's event loop inside Qt's, so that one thread serves the sockets and the window.

- **Turn**: asyncio's own unit. Ask the selector which sockets are ready, take the timers that are due, and call all
  that waits by then.
- **Tick**: Qt calls us, and we take turns for as long as `BUDGET` allows. What is left waits for the next tick; before
  that, Qt delivers its events and paints.
- **Nested tick**: a callback has opened a Qt loop of its own (a menu, a native dialog, `QEventLoop.exec`), and Qt calls
  us from there, while the first tick still stands on the stack.

Stock qasync makes a QSocketNotifier of every socket and a QTimer of every callback. On Unix `EventLoop` keeps asyncio's
ready queue, timer heap and selector instead, and lets Qt watch the descriptor of that selector and two timers, however
many sockets there are. On Windows, where asyncio has completion ports in place of a selector, it is qasync's own loop.
"""

import sys

if sys.platform == "win32":
    from monitor.loop.binding import QEventLoop as EventLoop

    __all__ = ["EventLoop"]
else:
    from monitor.loop.unix import BUDGET, EventLoop

    __all__ = ["BUDGET", "EventLoop"]
