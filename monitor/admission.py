"""Admission: who may connect to the app; and ``session-monitor token``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import platformdirs

from monitor import NAME
from monitor.hub.access import Access
from monitor.hub.access.token import TokenError, TokenFile

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def folder() -> Path:
    """Where the token and the answers about origins are kept."""
    return platformdirs.user_data_path(NAME, appauthor=False)


def token_path() -> Path:
    """The file of the token."""
    return folder() / "token"


def access(options: argparse.Namespace) -> Access:
    """What the command line says. A picture neither knows nor changes what the operator answered."""
    return Access(
        allowed_origins=tuple(options.allow_origin),
        names=tuple(options.host_name),
        token_file=token_path(),
        always_token=options.always_token,
        answers_file=None if options.screenshot else folder() / "origins.json",
        tls_certificate=options.tls_cert,
        tls_key=options.tls_key,
        tls_folder=folder() if options.tls_self_signed else None,
        tls_by_proxy=options.tls_by_proxy,
    )


def run(options: argparse.Namespace) -> int:
    """``session-monitor token show|rotate``. Returns the exit code."""
    file = TokenFile(token_path())
    try:
        token = file.make() if options.command == "rotate" else file.read_or_make()
    except TokenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{token}\n")
    return 0
