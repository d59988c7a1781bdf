"""Where the files that are no code are: the bridge, the pages, icons and styles."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of the resource ``name``, such as ``bridge.js`` or ``icons/session.svg``.

    An installed or frozen package carries them inside; in a checkout they stand beside it.

    Raises:
        FileNotFoundError: neither place has it.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(f"this installation of Session Monitor lacks its file {name}")
