"""Access: what the operator, or a program, configured about who may connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path


class UnprotectedError(ValueError):
    """The hub does not start: other machines could reach it, and what protects it then is missing. Says what."""


class Access(Struct, frozen=True, kw_only=True):
    """Who may connect. The defaults are for this machine alone: pages from loopback are welcome, pages of any other
    origin wait until `monitor.WebSocket.allow` or `monitor.WebSocket.block` is called for it, and programs, which send
    no ``Origin``, are welcome.

    A hub that other machines can reach asks every page and program for its token, whatever the origin: it needs a
    ``token`` or a ``token_file``. And it needs TLS: ``tls_certificate``, ``tls_folder`` or ``tls_by_proxy``.
    """

    allowed_origins: tuple[str, ...] = ()
    """Origins that are welcome without a question, as browsers write them: ``https://shop.example``, ``null``. What the
    operator answers weighs more.
    """
    names: tuple[str, ...] = ()
    """Names and addresses by which pages reach the hub from elsewhere, each with a port where a proxy has another
    than the hub: ``monitor.example``. The first stands in the script tag. A hub with a name counts as exposed.
    """
    token: str | None = None
    """What pages must have in ``data-token``. Without, only an exposed hub asks for one."""
    token_file: Path | None = None
    """Where the token of an exposed hub is kept, and made if there is none; followed when it changes."""
    always_token: bool = False
    """Ask for the token of ``token_file`` on loopback too."""
    answers_file: Path | None = None
    """Where answers about origins are kept. Without, they hold as long as the registry."""
    tls_certificate: Path | None = None
    """A certificate to show, PEM, with those that it rests on after it."""
    tls_key: Path | None = None
    """Its key, if that stands in another file. It must not ask for a password."""
    tls_folder: Path | None = None
    """Where a certificate of the hub's own is kept, and made if there is none (`monitor.hub.access.self_signed`)."""
    tls_by_proxy: bool = False
    """A proxy before the hub speaks TLS with the pages, and nobody can listen between the two."""

    @property
    def has_tls(self) -> bool:
        """Whether the hub itself speaks TLS."""
        return self.tls_certificate is not None or self.tls_folder is not None
