"""Commands and events over one WebSocket: what the DevTools protocol and WebDriver BiDi have in common."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.browser.drivers.errors import DocumentLeftError, DriverError, ProtocolError
from tests.browser.drivers.guard import COMMAND_GUARD, hang_guard


class DebuggingConnection:
    """One debugging connection: `send` a command and get its result; every event goes to `listener`, in order."""

    def __init__(self, websocket: ClientConnection, listener: Callable[[dict[str, Any]], None]) -> None:
        self._websocket = websocket
        self._listener = listener
        self._numbers = itertools.count(1)
        self._unanswered: dict[int, tuple[asyncio.Future[dict[str, Any]], str | None]] = {}
        self._closed_by: DriverError | None = None

    async def send(
        self,
        method: str,
        parameters: dict[str, Any] | None = None,
        *,
        guard: float = COMMAND_GUARD,
        tied_to: str | None = None,
        **envelope: Any,
    ) -> dict[str, Any]:
        """Send a command and wait for its result, at most `guard` seconds; `envelope` goes beside `params`.

        Raises `ProtocolError` for the browser's refusal, `DocumentLeftError` when `abandon` is called for what the
        command is `tied_to`, and `DriverError` when no answer comes or can come any more.
        """
        if self._closed_by is not None:
            raise DriverError(f"{method}: {self._closed_by}")
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._unanswered[number] = (answer, tied_to)
        try:
            async with hang_guard(f"{method}: no answer", guard):
                command = {"id": number, "method": method, "params": parameters or {}, **envelope}
                await self._websocket.send(json.dumps(command))
                message = await answer
        except ConnectionClosed as closed:
            raise DriverError(f"{method}: {closed}") from closed
        finally:
            del self._unanswered[number]
        if "error" in message:
            raise _refusal(method, message)
        result: dict[str, Any] = message["result"]
        return result

    def abandon(self, tied_to: str, reason: str) -> None:
        """Stop waiting for the answers to commands tied to `tied_to`: browsers do not answer for what is gone."""
        for answer, tie in self._unanswered.values():
            if tie == tied_to and not answer.done():
                answer.set_exception(DocumentLeftError(reason))

    async def listen(self) -> None:
        """Hand out answers and events until the browser closes the connection; run it as a task."""
        reason = "the browser closed the debugging connection"
        try:
            async for text in self._websocket:
                message = json.loads(text)
                if "id" not in message:
                    self._listener(message)
                elif (waiting := self._unanswered.get(message["id"])) and not waiting[0].done():
                    waiting[0].set_result(message)
        except ConnectionClosed as closed:
            reason = f"the debugging connection broke: {closed}"
        except Exception as error:
            reason = f"an event could not be handled: {error!r}"
            raise
        finally:
            self._closed_by = DriverError(reason)
            for answer, _ in self._unanswered.values():
                if not answer.done():
                    answer.set_exception(self._closed_by)


def _refusal(method: str, message: dict[str, Any]) -> ProtocolError:
    error = message["error"]
    if isinstance(error, str):  # WebDriver BiDi
        return ProtocolError(method, error, message.get("message", ""))
    return ProtocolError(method, str(error.get("code")), f"{error.get('message')} {error.get('data', '')}".rstrip())


@asynccontextmanager
async def debugging_connection(
    address: str, listener: Callable[[dict[str, Any]], None]
) -> AsyncIterator[DebuggingConnection]:
    """Connect to `address`; events go to `listener`, whose exception ends the connection and is raised at the end."""
    websocket = await connect(
        address,
        compression=None,
        max_size=None,  # a whole storage area comes as one answer
        ping_interval=None,  # every command has its own guard, and a browser at work may be slow to answer
        proxy=None,
    )
    connection = DebuggingConnection(websocket, listener)
    listening = asyncio.create_task(connection.listen(), name=f"debugging {address}")
    try:
        yield connection
    finally:
        await websocket.close()
        await listening
