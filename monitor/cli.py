"""The command line: ``session-monitor``. It only reads the arguments; nothing heavy is imported before they are known
to be good.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PIXELS = 16_384
"""The largest width and height of a window: a picture of it is kept in memory whole."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
DAYS = 90
"""How long entries of the journal are kept."""
SIZE = 512
"""Mebibytes that the journal may take."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app with ``arguments`` (default: the process's own). Returns the exit code."""
    options = parser()
    chosen = options.parse_args(arguments)
    if why := unfit(chosen):
        options.error(why)
    if chosen.run == "journal":
        from monitor.journal.commands import run as run_journal

        if chosen.command == "export" and not chosen.secrets:
            _mask_as_the_window_does()
        return run_journal(chosen)
    if chosen.run == "token":
        from monitor.admission import run as run_token

        return run_token(chosen)
    # Qt takes a fifth of a second to import: not for --help, --version or a mistyped option.
    from monitor.loading_qt import load_qt

    load_qt()
    from monitor.app import run

    return run(chosen)


def _mask_as_the_window_does() -> None:
    """Let the operator's own rules hold, and say so where they cannot be read and all is masked."""
    from monitor.core.secret_keys import apply_rules
    from monitor.ui.masking.rules import kept_rules
    from monitor.window_settings import window_settings

    rules, why_not = kept_rules(window_settings())
    apply_rules(rules)
    if why_not:
        sys.stderr.write(f"What to mask cannot be read from the settings ({why_not}): every value is masked.\n")


def parser() -> argparse.ArgumentParser:
    """What the command line takes; its result is what `monitor.app.run` is given."""
    options = argparse.ArgumentParser(
        prog="session-monitor",
        description="See the live browser sessions of your web apps and edit their LocalStorage.",
    )
    options.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    options.add_argument(
        "--host",
        type=_host,
        default="127.0.0.1",
        help="address to listen on (default: %(default)s, which only this machine can reach; any other needs TLS, and "
        "asks every page for the token)",
    )
    options.add_argument(
        "--port",
        type=_port,
        default=8765,
        help="port to listen on (default: %(default)s; the next free one if it is taken; 0 for any)",
    )
    options.add_argument(
        "--connections", type=_whole, default=20_000, metavar="N", help="serve at most N pages (default: %(default)s)"
    )
    options.add_argument(
        "--message-size",
        type=_whole,
        default=64,
        metavar="MIB",
        help="close a page that sends a message of more than MIB mebibytes (default: %(default)s)",
    )
    options.add_argument(
        "--hello-within",
        type=_whole,
        default=10,
        metavar="SECONDS",
        help="close a connection that says nothing for SECONDS after it was made (default: %(default)s)",
    )
    _add_access(options)
    options.add_argument("--demo", action="store_true", help="fill the window with simulated browsers")
    options.add_argument(
        "--screenshot",
        type=_picture,
        metavar="FILE",
        help="write a picture of the window, once it has settled, to FILE (.png) and exit",
    )
    options.add_argument("--scheme", choices=["light", "dark"], help="colours (default: those of the system)")
    options.add_argument("--size", type=_size, metavar="WIDTHxHEIGHT", help="size of the window, such as 1280x800")
    options.add_argument(
        "--no-journal", action="store_true", help="write down no edits; those that wait are lost when the app ends"
    )
    options.add_argument(
        "--journal-folder", type=Path, metavar="FOLDER", help="keep the journal there (default: the user's data folder)"
    )
    options.add_argument(
        "--journal-secrets",
        action="store_true",
        help="keep values of keys that look like secrets in the journal as they are, not as digests",
    )
    options.add_argument(
        "--journal-days", type=_whole, metavar="DAYS", help=f"keep the journal's entries for DAYS (default: {DAYS})"
    )
    options.add_argument(
        "--journal-size", type=_whole, metavar="MIB", help=f"keep no more than MIB mebibytes (default: {SIZE})"
    )
    options.set_defaults(run="app")
    commands = options.add_subparsers(title="commands", metavar="COMMAND")
    _add_journal(commands)
    _add_token(commands)
    return options


def unfit(chosen: argparse.Namespace) -> str | None:
    """What is wrong with the options together; ``None`` if nothing is."""
    if chosen.run != "app":
        return None
    exposed = chosen.host_name or chosen.host not in _LOOPBACK
    tls = chosen.tls_cert is not None or chosen.tls_self_signed
    if chosen.tls_key is not None and chosen.tls_cert is None:
        return "--tls-key is of no use without --tls-cert"
    if (chosen.tls_cert is not None) + chosen.tls_self_signed + chosen.tls_by_proxy > 1:
        return "of --tls-cert, --tls-self-signed and --tls-by-proxy only one can hold"
    if chosen.demo and (exposed or tls or chosen.tls_by_proxy or chosen.always_token):
        return "--demo is for this machine alone: its browsers have no token, and speak no TLS"
    if exposed and not (tls or chosen.tls_by_proxy):
        return (
            "other machines could reach the app, so it needs TLS: give --tls-cert and --tls-key, or --tls-self-signed, "
            "or say --tls-by-proxy if a proxy before it does that"
        )
    return None


def _add_access(options: argparse.ArgumentParser) -> None:
    access = options.add_argument_group(
        "who may connect",
        "Pages of this machine are welcome. Pages of any other origin wait until they are allowed in the window.",
    )
    access.add_argument(
        "--allow-origin",
        type=_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let pages of ORIGIN connect unasked, such as https://shop.example (may be repeated)",
    )
    access.add_argument(
        "--host-name",
        type=_host_name,
        action="append",
        default=[],
        metavar="NAME",
        help="a name by which pages elsewhere reach the app, with a port if a proxy has another (may be repeated)",
    )
    access.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate, PEM, with those that it rests on")
    access.add_argument("--tls-key", type=Path, metavar="FILE", help="its key, PEM, without a password")
    access.add_argument(
        "--tls-self-signed",
        action="store_true",
        help="make a certificate; each browser asks once, at the app's own page, whether to trust it",
    )
    access.add_argument(
        "--tls-by-proxy", action="store_true", help="say that a proxy before the app speaks TLS with the pages"
    )
    access.add_argument(
        "--limit",
        action="append",
        type=_limit,
        default=[],
        metavar="PEER.WHAT=N",
        help="let an address, or an origin, have no more than N (or none) connections, messages and bytes a second, "
        "sessions or items, such as origin.messages=500 (may be repeated)",
    )
    access.add_argument("--always-token", action="store_true", help="ask pages of this machine for the token too")


def _add_token(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    token = commands.add_parser("token", help="show or change what pages elsewhere must know to connect")
    token.set_defaults(run="token")
    what = token.add_subparsers(dest="command", required=True, metavar="show|rotate")
    what.add_parser("show", help="print it; it is made if there is none")
    what.add_parser("rotate", help="make a new one; an app that runs closes all connections that used the old one")


def _add_journal(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    journal = commands.add_parser("journal", help="verify, export or prune the journal of edits")
    journal.set_defaults(run="journal")
    journal.add_argument("--folder", type=Path, metavar="FOLDER", help="where it is (default: the user's data folder)")
    what = journal.add_subparsers(dest="command", required=True, metavar="verify|export|prune|path")
    what.add_parser("path", help="say where it is")
    what.add_parser("verify", help="see whether all entries are as they were written; exits with 1 if not")
    export = what.add_parser("export", help="write it to a file")
    export.add_argument("file", type=Path, metavar="FILE", help="CSV if it ends in .csv, else JSON lines")
    export.add_argument(
        "--secrets", action="store_true", help="with values of keys that look like secrets, if it has any"
    )
    prune = what.add_parser("prune", help="remove the oldest entries")
    prune.add_argument(
        "--days", type=_whole, default=DAYS, metavar="DAYS", help="older than DAYS (default: %(default)s)"
    )
    prune.add_argument(
        "--size", type=_whole, default=SIZE, metavar="MIB", help="while there are more than MIB (default: %(default)s)"
    )


def _host(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("an address to listen on is missing; all of this machine's are 0.0.0.0")
    return text


def _origin(text: str) -> str:
    from monitor.hub.access.addresses import normal_origin  # Only for who names one: the hub takes long to import.

    try:
        return normal_origin(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _limit(text: str) -> str:
    from monitor.hub.access.limits import PEERS, PeerLimits, changed

    try:
        changed(dict.fromkeys(PEERS, PeerLimits()), text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _host_name(text: str) -> str:
    from monitor.hub.access.addresses import host_name

    if host_name(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a name such as monitor.example or monitor.example:8443")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    try:
        return _whole(width, MOST_PIXELS), _whole(height, MOST_PIXELS)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a size such as 1280x800, up to {MOST_PIXELS} each way"
        ) from None


def _whole(text: str, most: int = 10**9) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10 or not 0 < int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {most}")
    return int(text)


def _picture(text: str) -> Path:
    path = Path(text)
    if not path.name.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


if __name__ == "__main__":
    sys.exit(main())
