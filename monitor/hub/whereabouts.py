"""Whereabouts: the addresses of a hub, as this machine and as others reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.hub.ports import in_url, seen_by_others

if TYPE_CHECKING:
    from monitor.hub.access import Access


class Whereabouts:
    """Of a hub on ``host`` and ``port``, which is another when the system has chosen one."""

    def __init__(self, host: str, port: int, access: Access) -> None:
        self.host = host
        self.port = port
        self._access = access

    @property
    def url(self) -> str:
        """What a bridge on this machine connects to, ``ws://127.0.0.1:8765``."""
        return f"{'wss' if self._access.has_tls else 'ws'}://{in_url(self.host)}:{self.port}"

    @property
    def page_url(self) -> str:
        """The page that says how to connect a page, ``http://127.0.0.1:8765/``."""
        return f"{self.url.replace('ws', 'http', 1)}/"

    def script_tag(self, token: str | None) -> str:
        """What to put into a page, wherever that is loaded, so that it connects."""
        attribute = "" if token is None else f' data-token="{token}"'
        return f'<script src="{self._public_url}bridge.js"{attribute} async></script>'

    def sample_url(self, token: str | None) -> str:
        """`page_url` for the operator's own browser: with the token behind the #, which browsers keep to themselves."""
        return self.page_url if token is None else f"{self.page_url}#token={token}"

    @property
    def _public_url(self) -> str:
        """`page_url` as others reach it."""
        access = self._access
        if access.names:
            name = access.names[0]
            has_port = name.rpartition("]")[2].count(":") == 1
            # A proxy has the port that https has, unless it was said.
            return f"https://{name}/" if has_port or access.tls_by_proxy else f"https://{name}:{self.port}/"
        own = seen_by_others(self.host)
        return self.page_url if own is None else self.page_url.replace(in_url(self.host), in_url(own), 1)
