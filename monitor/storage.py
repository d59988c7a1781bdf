"""The storage of one browser session, for programs: `LocalStorage` and `SessionStorage`.

They map on the browser's own interface:

==================  ===========================
browser             here
==================  ===========================
``setItem(k, v)``   ``set(k, v)``
``getItem(k)``      ``get(k)``
``removeItem(k)``   ``pop(k)``
``clear()``         ``clear()``
``key(i)``          ``keys()[i]``
==================  ===========================

Web Storage holds nothing but text. What is read here is parsed as JSON, value by value, and is the text itself where
that is no JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping

log = logging.getLogger(__name__)


class Sender(Protocol):
    """What a storage needs of a hub; `monitor.WebSocket` is one."""

    def send_message(self, data: Mapping[str, Mapping[str, Any]], session_id: str) -> Coroutine[Any, Any, None]:
        """Send the storage's whole map to the session, and to no other."""


class BaseStorage:
    """The items of one area of one session.

    ``data`` is the raw map. Every `set`, `clear` and successful `pop` sends it to the session through ``ws``, from any
    thread, with a running event loop or without one; `batch` gathers what belongs together. Hold ``lock`` to read or
    change several items of ``data`` as one step while a hub in another thread keeps it up to date.
    """

    area: ClassVar[str]
    """The name of the map in the message: ``localstorage`` or ``sessionstorage``."""

    def __init__(self, data: dict[str, Any], session_id: str, ws: Sender) -> None:
        self.data = data
        self.session_id = session_id
        self.lock = RLock()
        self.__ws = ws
        self.__tasks: set[asyncio.Task[None]] = set()
        self.__batches = 0
        self.__changed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.session_id}: {len(self.data)} items>"

    def get(self, key: str, default: Any = None) -> Any:
        """The parsed value of ``key``; ``default``, as it is, where there is no such item."""
        try:
            value = self.data[key]
        except KeyError:
            return default
        return _parsed(value)

    def keys(self) -> list[str]:
        """Every key."""
        return list(self.data)

    def values(self) -> list[Any]:
        """Every value, parsed."""
        return [_parsed(value) for value in list(self.data.values())]

    def items(self) -> list[tuple[str, Any]]:
        """Every key with its parsed value."""
        return [(key, _parsed(value)) for key, value in list(self.data.items())]

    def set(self, key: str, value: Any) -> None:
        """Store ``value``, and sync.

        Empty values are not stored: ``None``, and text and containers of no length. A dict is stored as JSON text,
        anything else as it is. A dict that JSON cannot write is logged and not stored.
        """
        if not _is_empty(value):
            try:
                stored = _json(value) if isinstance(value, dict) else value
            except (TypeError, ValueError, RecursionError) as error:
                log.error("%r cannot be stored: JSON cannot write its value (%s)", key, error)
            else:
                with self.lock:
                    self.data[key] = stored
        self.__sync()

    def pop(self, key: str) -> Any:
        """Remove the item and sync. Returns its parsed value; ``None``, without a sync, where there is no such item."""
        with self.lock:
            if key not in self.data:
                return None
            value = self.data.pop(key)
        self.__sync()
        return _parsed(value)

    def clear(self) -> None:
        """Remove every item, and sync."""
        with self.lock:
            self.data.clear()
        self.__sync()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Send one message for all that happens inside, also when that ends with an error; none if nothing happens."""
        self.__batches += 1
        try:
            yield
        finally:
            self.__batches -= 1
            if self.__changed and not self.__batches:
                self.__changed = False
                self.__send__()

    def __sync(self) -> None:
        if self.__batches:
            self.__changed = True
        else:
            self.__send__()

    def __send__(self) -> None:
        """Send the raw map: in a task of the running event loop, or, where none runs, in one of its own."""
        try:
            message = self.__ws.send_message(data={self.area: self.data}, session_id=self.session_id)
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                asyncio.run(message)
                return
        except (TypeError, json.JSONDecodeError):
            log.exception("%r was not sent", self)
            return
        task = loop.create_task(message, name=f"send {self.area} of {self.session_id}")
        self.__tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self.__sent)

    def __sent(self, task: asyncio.Task[None]) -> None:
        self.__tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%r was not sent", self, exc_info=error)


class LocalStorage(BaseStorage):
    """The LocalStorage of the session ``session_id``."""

    area = "localstorage"


class SessionStorage(BaseStorage):
    """The SessionStorage of one page: ``session_id`` is the page's id, or a session's, which means its leading page."""

    area = "sessionstorage"


def _is_empty(value: Any) -> bool:
    """``0`` and ``False`` are values."""
    if value is None:
        return True
    try:
        return len(value) == 0
    except TypeError:
        return False


def _json(value: Any) -> str:
    # As json.dumps writes it, but in plain letters: escapes would count six times against the browser's quota.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=_refuse)
    except (ValueError, RecursionError):  # JSONDecodeError, and numbers too long for an int
        return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON, whatever Python's json takes it for")
