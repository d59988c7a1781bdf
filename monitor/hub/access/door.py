"""Door: all that stands between a newcomer and the registry, with what it remembers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from monitor.core.events import OriginAnswered, OriginAsked
from monitor.core.values import one_line
from monitor.hub.access.addresses import Hosts, host_name, is_loopback
from monitor.hub.access.answers_file import AnswersFile, AnswersFileError
from monitor.hub.access.configuration import UnprotectedError
from monitor.hub.access.gate import Gate, asking
from monitor.hub.access.token import TokenError, TokenFile, checked, new_token
from monitor.hub.access.waiting import Waiting
from monitor.hub.ports import seen_by_others

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from monitor.core.events import Event
    from monitor.core.messages import Hello
    from monitor.core.registry import Registry
    from monitor.hub.access.configuration import Access
    from monitor.hub.connection import PageConnection
    from monitor.hub.settings import Settings

log = logging.getLogger(__name__)

EVERY_ADDRESS: Final = ("0.0.0.0", "::")
NO_TOKEN: Final = "other machines could reach a hub on {}: it needs a token, in Access(token=…) or Access(token_file=…)"
NO_TLS: Final = (
    "other machines could reach a hub on {}: it needs TLS. Give it a certificate (--tls-cert and --tls-key, "
    "Access.tls_certificate), let it make one (--tls-self-signed, Access.tls_folder), or say that a proxy before it "
    "does that (--tls-by-proxy, Access.tls_by_proxy)"
)
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the file of the token, which another process may change."""


class Door:
    """Call `prepare` before the hub listens, and `expire` a few times a second while it does.

    Raises:
        ValueError: an allowed origin is none, or the token is too short.
    """

    def __init__(self, access: Access, registry: Registry, settings: Settings) -> None:
        self.notice = ""
        """A sentence for the operator, where something that was kept cannot be read."""
        self.told: Callable[[str], object] = log.info
        """Called with a sentence for the operator when something happens later."""
        self.tls: SSLContext | None = None
        """What the server speaks TLS with, if it does."""
        self.gate = Gate(access, registry.origins)
        self.waiting = Waiting(registry.origins, settings)
        self._access = access
        self._origins = registry.origins
        self._token = None if access.token is None else checked(access.token)
        self._token_file = None if access.token_file is None else TokenFile(access.token_file)
        self._answers_file = None if access.answers_file is None else AnswersFile(access.answers_file)
        self._hosts = Hosts(access.names)
        self._look_at = 0.0
        self._restored = False
        registry.subscribe(self._take_question, OriginAsked)
        registry.subscribe(self._take_answer, OriginAnswered)

    # --- before the hub listens --------------------------------------------------------------------------------------

    def prepare(self, host: str, addresses: list[str]) -> None:
        """The hub is about to listen on these addresses, that ``host`` stands for.

        Raises:
            UnprotectedError: other machines could reach it, and there is no token or no TLS, or these cannot be used.
        """
        self._restore()
        # Nobody is to ask for all addresses at once: a browser that does takes them for this machine's.
        self._hosts = Hosts([*self._access.names, *(name for name in (host,) if name not in EVERY_ADDRESS)])
        named = any(not is_loopback(host_name(name) or "") for name in self._access.names)
        exposed = named or not all(is_loopback(address) for address in addresses)
        if exposed and not (self._access.has_tls or self._access.tls_by_proxy):
            raise UnprotectedError(NO_TLS.format(host))
        self.gate.token = self._token
        if self.gate.token is None and (exposed or self._access.always_token):
            if self._token_file is None:
                raise UnprotectedError(NO_TOKEN.format(host))
            self.gate.token = self._token_file.read_or_make()
        self.tls = self._tls([host, *addresses]) if self._access.has_tls else None

    def _tls(self, names: list[str]) -> SSLContext:
        # Both take long to import, and most hubs need neither.
        from monitor.hub.access.tls import tls_context

        access = self._access
        if access.tls_certificate is not None:
            return tls_context(access.tls_certificate, access.tls_key)
        from monitor.hub.access.self_signed import self_signed

        assert access.tls_folder is not None
        own = [name for name in (*access.names, *names) if name not in EVERY_ADDRESS]
        own += [seen for name in names if (seen := seen_by_others(name)) is not None]
        return tls_context(*self_signed(access.tls_folder, own))

    def _restore(self) -> None:
        if self._answers_file is None or self._restored:
            return
        self._restored = True
        try:
            self._origins.restore(self._answers_file.read())
        except AnswersFileError as error:
            log.error("%s", error)
            self.notice = f"{str(error)[0].upper()}{str(error)[1:]}. Each origin asks anew"

    # --- newcomers ---------------------------------------------------------------------------------------------------

    def is_for_us(self, hosts: list[str], arrived_at: str) -> bool:
        """Whether a request with these ``Host`` headers, which arrived at that address, is meant for this hub."""
        return self._hosts.admit(hosts, arrived_at)

    def wait(self, connection: PageConnection, hello: Hello, now: float) -> None:
        """Have the operator asked about this page, which the gate did not let in.

        Raises:
            ProtocolError: too many wait.
        """
        origin, address = connection.protocol.origin, connection.remote_address
        assert origin is not None, "who sends no origin is not asked about"
        self.waiting.add(connection, asking(hello, origin, address[0] if address else "", now))

    def _take_question(self, event: Event) -> None:
        assert isinstance(event, OriginAsked)
        log.warning(
            "pages of %s ask to connect, and wait until the origin is allowed or blocked",
            one_line(event.asking.origin, 120),
        )

    def _take_answer(self, event: Event) -> None:
        assert isinstance(event, OriginAnswered)
        if self._answers_file is None:
            return
        try:
            self._answers_file.write(event.origin, event.answer)
        except AnswersFileError as error:
            log.error("%s", error)
            self.told(f"{str(error)[0].upper()}{str(error)[1:]}.")

    # --- the token ---------------------------------------------------------------------------------------------------

    def rotate(self) -> str:
        """A new token, from now on; kept in the file, if there is one.

        Raises:
            TokenError: it cannot be written, and the old one stays.
        """
        token = new_token() if self._token_file is None else self._token_file.make()
        if self._token is not None:
            self._token = token
        if self.gate.token is not None:
            self.gate.token = token
        return token

    def follow_file(self, now: float) -> bool:
        """Whether the token is another, because another process has changed its file. Looks once a second."""
        if now < self._look_at or self._token_file is None or self._token is not None or self.gate.token is None:
            return False
        self._look_at = now + LOOK_EVERY
        if not self._token_file.changed():
            return False
        try:
            token = self._token_file.read()
        except TokenError as error:
            log.error("the token stays as it was: %s", error)
            return False
        if token is None or token == self.gate.token:
            return False
        self.gate.token = token
        self.told("The token was changed: pages connect again only with the new one in their script tag.")
        return True
