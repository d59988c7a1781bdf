"""Permits: the actions by which the operator lets origins in or keeps them out, and changes the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.origins import Answer
from monitor.ui.access.question import ask_about
from monitor.ui.questions import Answer as Button
from monitor.ui.questions import ask, is_asked
from monitor.ui.sessions.rows import AskingRow, OriginRow, session_of
from monitor.ui.sessions.sentences import origin_asks
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from monitor.core.origins import Asking
    from monitor.core.registry import Registry
    from monitor.ui.sessions.rows import Row

    Make = Callable[[str, str, Callable[[], object], QWidget | None, str], QAction]

_ROTATING: Final = "Rotate the token"


class Permits:
    """They are about the row that ``chosen`` returns. ``make`` makes an action of text, shortcut, what it does, where
    it works and its picture; ``tell`` takes a sentence for the status bar. Call `follow` when something else is chosen.
    """

    def __init__(
        self,
        registry: Registry,
        chosen: Callable[[], Row | None],
        make: Make,
        tell: Callable[[str], None],
        window: QWidget,
    ) -> None:
        self._registry = registry
        self._origins = registry.origins
        self._chosen = chosen
        self._tell = tell
        self._window = window
        self._rotate: Callable[[], str] | None = None
        self.allow = make("A&llow origin", "Ctrl+Shift+A", self._allow_chosen, None, "")
        self.block = make("&Block origin", "Ctrl+Shift+B", self._block_chosen, None, "")
        self.show = make("&Who may connect…", "Ctrl+Shift+O", self._show, None, "")
        self.rotate = make("&Rotate token…", "Ctrl+Alt+R", self._ask_to_rotate, None, "")
        self.rotate.setEnabled(False)

    def actions(self) -> list[QAction]:
        """Those that are about an origin."""
        return [self.allow, self.block]

    def follow(self) -> None:
        """Show what can be done with what is chosen now."""
        origin = self._origin
        answer = None if origin is None else self._origins.answers.get(origin)
        self.allow.setEnabled(origin is not None and (origin in self._origins.asking or answer is Answer.BLOCKED))
        self.block.setEnabled(origin is not None and answer is not Answer.BLOCKED)

    def let_rotate(self, rotate: Callable[[], str]) -> None:
        """The hub asks for a token; this makes another, and returns a sentence about it."""
        self._rotate = rotate
        self.rotate.setEnabled(True)

    def notice(self, asking: Asking) -> None:
        """An origin asks to connect."""
        self._tell(f"{origin_asks(asking.origin)}: answer in the list on the left.")

    def answer(self, asking: Asking) -> None:
        """The operator wants to answer."""
        ask_about(asking, self._allow, self._block, self._window)

    @property
    def _origin(self) -> str | None:
        row = self._chosen()
        if isinstance(row, AskingRow):
            return row.asking.origin
        if isinstance(row, OriginRow):
            return row.origin
        session = session_of(row)
        return None if session is None else session.origin

    def _allow_chosen(self) -> None:
        if (origin := self._origin) is not None:
            self._allow(origin)

    def _block_chosen(self) -> None:
        if (origin := self._origin) is not None:
            self._block(origin)

    def _allow(self, origin: str) -> None:
        self._origins.allow(origin)
        self._tell(f"{_pages_of(origin)} may connect from now on.")

    def _block(self, origin: str) -> None:
        self._origins.block(origin)
        self._tell(f"{_pages_of(origin)} are blocked from now on.")

    def _show(self) -> None:
        from monitor.ui.access.dialog import AnswersDialog

        AnswersDialog(self._registry, self._window).open()

    def _ask_to_rotate(self) -> None:
        if self._rotate is None or is_asked(_ROTATING, self._window):
            return
        rotate = self._rotate
        ask(
            _ROTATING,
            "Make a new token?",
            "Every page that is connected is closed, and connects again only with the new token in its script tag.",
            [Button("&Rotate", lambda: self._tell(rotate()))],
            self._window,
        )


def _pages_of(origin: str) -> str:
    return "Pages without an origin" if origin == "null" else f"Pages of {quoted(origin, 80)}"
