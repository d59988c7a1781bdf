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

    A hub that other machines can reach needs a ``token`` or a ``token_file``, of every page and program, whatever its
    origin.
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
