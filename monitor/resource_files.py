"""Where the files that are no code are: the bridge, the pages, icons and styles."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a resource, such as ``resource("bridge.js")`` or ``resource("icons", "app.svg")``.

    An installed or frozen package carries them inside; in a checkout they stand beside it.

    Raises:
        FileNotFoundError: neither place has it.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = folder.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"this installation of Session Monitor lacks its file {'/'.join(parts)}")
