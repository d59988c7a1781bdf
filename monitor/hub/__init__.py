"""What is heard: the WebSocket server that pages connect to, and the few web pages that it answers with.

Words:

- **Hub**: one `websocket.WebSocket`, one port. It feeds a `monitor.core.registry.Registry` and keeps no truth of its
  own.
- **Connection**: one WebSocket to one page (`connection.PageConnection`). The core knows it as a line.
- **Greeted**: a connection whose ``hello`` was taken in, so that it has a page.
- **Delivery**: what a program asked for through the Python API, on its way to a session or kept until that session is
  there (`delivery.Delivery`).
- **Map**: the ``{key: value}`` of a storage, as the specification's message has it. Values are text by the time they
  leave.
"""

from monitor.hub.access import Access, UnprotectedError
from monitor.hub.ports import PortTakenError
from monitor.hub.settings import Settings
from monitor.hub.websocket import WebSocket

__all__ = ["Access", "PortTakenError", "Settings", "UnprotectedError", "WebSocket"]
