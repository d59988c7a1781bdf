"""The app as its command line starts it, for `start`: but for the window, which tells when it is first painted."""

from __future__ import annotations

import sys
from typing import Any

from monitor.cli import main
from monitor.loading_qt import load_qt


def _start() -> int:
    # First what `main` would import next, so that nothing is imported in another order than it is.
    load_qt()
    import monitor.app
    from tests.bench.first_paint import tell_of_files, tell_of_first_paint

    composition: Any = monitor.app
    composition.MainWindow = tell_of_first_paint(composition.MainWindow)
    code = main()
    tell_of_files()
    return code


if __name__ == "__main__":
    sys.exit(_start())
