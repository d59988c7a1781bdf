# The types of what __init__.py imports when it is first used. A stub, so that the import contracts see that the package
# itself imports none of it.
from monitor.hub.websocket import WebSocket as WebSocket
from monitor.storage import BaseStorage as BaseStorage
from monitor.storage import LocalStorage as LocalStorage
from monitor.storage import SessionStorage as SessionStorage

__all__ = ["BaseStorage", "LocalStorage", "SessionStorage", "WebSocket", "__version__"]

NAME: str
__version__: str
