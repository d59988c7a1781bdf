"""qasync's loop on PySide6, whatever else is installed."""

import os

# qasync takes the binding that it finds imported, unless QT_API, which people set for other programs, names another.
import PySide6.QtCore  # noqa: F401  # for qasync to find

_named = os.environ.pop("QT_API", None)
try:
    from qasync import QEventLoop
finally:
    if _named is not None:
        os.environ["QT_API"] = _named

__all__ = ["QEventLoop"]
