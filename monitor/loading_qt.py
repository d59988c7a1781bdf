"""Loading Qt: PySide, without what it does to every import after its own."""

from __future__ import annotations

import builtins


def load_qt() -> None:
    """To be called before anything else imports PySide.

    PySide replaces ``__import__``: of each module that is imported from then on it reads the source, to see whether its
    ``__feature__`` may be asked for there. Nothing here asks for it, and all that reading takes a quarter of the time
    between the first picture of the window and a window that is ready.
    """
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401  # to load it, and with it the hook

    builtins.__import__ = plain
