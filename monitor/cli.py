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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app with ``arguments`` (default: the process's own). Returns the exit code."""
    chosen = parser().parse_args(arguments)
    # Qt takes a fifth of a second to import: not for --help, --version or a mistyped option.
    from monitor.app import run

    return run(chosen)


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
        help="address to listen on (default: %(default)s, which only this machine can reach; "
        "nothing protects the others yet)",
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
    options.add_argument("--demo", action="store_true", help="fill the window with simulated browsers")
    options.add_argument(
        "--screenshot",
        type=_picture,
        metavar="FILE",
        help="write a picture of the window, once it has settled, to FILE (.png) and exit",
    )
    options.add_argument("--scheme", choices=["light", "dark"], help="colours (default: those of the system)")
    options.add_argument("--size", type=_size, metavar="WIDTHxHEIGHT", help="size of the window, such as 1280x800")
    return options


def _host(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("an address to listen on is missing; all of this machine's are 0.0.0.0")
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
