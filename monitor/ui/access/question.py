"""The question about an origin that asks to connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.values import one_line
from monitor.ui.labels import breakable
from monitor.ui.questions import Answer, ask, is_asked
from monitor.ui.sessions.sentences import origin_asks, who_asks

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from monitor.core.origins import Asking

TITLE = "Who may connect"


def ask_about(asking: Asking, allow: Callable[[str], None], block: Callable[[str], None], parent: QWidget) -> None:
    """Let the operator ``allow`` or ``block`` the origin. Neither is what Enter gives: it may have been meant for
    something else.
    """
    if is_asked(TITLE, parent):
        return
    said = [part for part in (who_asks(asking), one_line(asking.url, 200)) if part]
    ask(
        TITLE,
        breakable(f"{origin_asks(asking.origin)}."),
        breakable(
            "\n".join(
                [
                    *said,
                    "",
                    "Pages that are allowed show what they store, and take edits. The answer holds for the origin, "
                    "and is remembered; Who may connect, in the File menu, changes it.",
                ]
            )
        ),
        [Answer("&Allow", lambda: allow(asking.origin)), Answer("&Block", lambda: block(asking.origin))],
        parent,
    )
