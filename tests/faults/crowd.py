"""Crowd: simulated browsers by the thousand, which come back at once when the hub is gone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from monitor.core.messages import SUBPROTOCOL, PageMessage, decode_hub_message, encode
from monitor.demo.browser import SimulatedBrowser, SimulatedPage
from tests.faults.operator import MAIL, TAG

if TYPE_CHECKING:
    from types import TracebackType

    from websockets.typing import Subprotocol

_AGAIN: Final = 0.1
"""Seconds until a browser tries again to connect: sooner than any bridge does."""
_OPENING: Final = 60.0
"""Seconds that a connection may take to open while a thousand others do."""


class Crowd:
    """So many sessions of one origin, a page each, connected to the hub at ``url`` while it is entered."""

    def __init__(self, url: str, count: int) -> None:
        self.origin = "http://crowd.test"
        self.pages = count
        self._url = url
        self._browsers = [
            SimulatedBrowser(f"crowd {number}", self.origin, None, "a crowd", {"n": "0"}) for number in range(count)
        ]
        self._read: dict[str, list[str]] = {browser.session_id: [] for browser in self._browsers}
        self._living: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._living = [asyncio.create_task(self._live(browser)) for browser in self._browsers]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for life in self._living:
            life.cancel()
        await asyncio.gather(*self._living, return_exceptions=True)

    async def areas(self) -> dict[str, dict[str, str]]:
        """What LocalStorage holds in each browser, by its session's id."""
        return {browser.session_id: dict(browser.items) for browser in self._browsers}

    async def read(self) -> list[list[str]]:
        """The tags of the mails that each page has read."""
        return list(self._read.values())

    async def clean(self) -> None:
        """Remove what edits have left behind, as the page's own change."""
        for browser in self._browsers:
            self._read[browser.session_id].clear()
            for key in [key for key in browser.items if key.startswith(TAG)]:
                browser.remove_item(key)

    async def _live(self, browser: SimulatedBrowser) -> None:
        page = SimulatedPage(browser, f"page of {browser.session_id}", "/", "a crowd")
        subprotocols = [cast("Subprotocol", SUBPROTOCOL)]
        while True:
            with suppress(OSError, InvalidHandshake, ConnectionClosed):
                async with connect(
                    self._url, subprotocols=subprotocols, compression=None, proxy=None, open_timeout=_OPENING
                ) as socket:
                    await self._obey(socket, page)
            page.disconnect()
            await asyncio.sleep(_AGAIN)

    async def _obey(self, socket: ClientConnection, page: SimulatedPage) -> None:
        def send(message: PageMessage) -> None:
            if socket.protocol.state.name == "OPEN":
                socket.protocol.send_text(encode(message))
                socket.send_data()

        page.connect(send)
        async for text in socket:
            page.receive(decode_hub_message(text))
            self._read_mail(page.browser)

    def _read_mail(self, browser: SimulatedBrowser) -> None:
        mail = browser.items.get("mail", "")
        if mail.startswith(MAIL):
            self._read[browser.session_id].append(mail.removeprefix(MAIL))
            browser.set_item("mail", "read")
