"""Origins: which sites may connect, as far as the operator has said, and which ask to.

What a hub does with an origin that nobody was asked about is the hub's policy (`monitor.hub.access`). Here is what the
operator answered, and what there is to answer.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from monitor.core.events import OriginAnswered, OriginAsked, OriginWithdrew

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.events import Event

LONGEST: Final = 300
"""UTF-16 units of an origin: a scheme, the longest name that DNS has, a port."""


class Answer(Enum):
    """What the operator says of an origin."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"


class Asking(Struct, frozen=True):
    """Who asks, as the first of its pages says of itself; all of it is a stranger's text."""

    origin: str
    title: str
    url: str
    user_agent: str
    address: str
    """The network address that it comes from."""
    since: float
    """On the core's clock, in seconds."""


class Origins:
    """The answers by origin, and those that ask. Every change is announced when it is made, and only then."""

    def __init__(self, announce: Callable[[Event], None]) -> None:
        self.answers: dict[str, Answer] = {}
        self.asking: dict[str, Asking] = {}
        self._announce = announce

    def restore(self, answers: dict[str, Answer]) -> None:
        """What was answered before this process began, at a time when nobody has asked yet. Not announced."""
        self.answers.update(answers)

    def ask(self, asking: Asking) -> None:
        """A page of this origin waits for an answer. Nothing happens if another does already."""
        if asking.origin not in self.asking:
            self.asking[asking.origin] = asking
            self._announce(OriginAsked(asking))

    def withdraw(self, origin: str) -> None:
        """No page of this origin waits any longer."""
        if self.asking.pop(origin, None) is not None:
            self._announce(OriginWithdrew(origin))

    def allow(self, origin: str) -> None:
        """Its pages are welcome from now on, those that wait too."""
        self._answer(origin, Answer.ALLOWED)

    def block(self, origin: str) -> None:
        """Its pages are refused from now on, and those that are here are closed."""
        self._answer(origin, Answer.BLOCKED)

    def forget(self, origin: str) -> None:
        """As if nobody had answered: where the hub would ask, it asks anew."""
        self._answer(origin, None)

    def _answer(self, origin: str, answer: Answer | None) -> None:
        asked = self.asking.pop(origin, None) is not None
        if self.answers.get(origin) is answer and not asked:
            return
        if answer is None:
            self.answers.pop(origin, None)
        else:
            self.answers[origin] = answer
        self._announce(OriginAnswered(origin, answer))
