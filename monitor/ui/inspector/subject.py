"""What the inspector shows, and what it asks of the area that it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from monitor.core.history import Version
    from monitor.core.values import Kind, Value
    from monitor.ui.drafts.drafts import Draft, Drafts


class Subject(NamedTuple):
    """The item of ``key``: what its row shows and what that looks like, and what was typed for it. ``can_edit`` says
    whether the operator may write another value; ``masked``, that neither value nor text is to be shown now: then there
    is no ``kind``. ``units`` is the length of the value.
    """

    key: str
    value: Value | None
    kind: Kind | None
    draft: Draft | None
    can_edit: bool
    masked: bool = False
    units: int = 0

    @property
    def text(self) -> str | None:
        """The newest text: what was typed, else the value. ``None`` where there is none, or none that has a meaning.
        Takes as long as the text is long.
        """
        if self.draft is not None:
            return self.draft.written.text
        return self.value if isinstance(self.value, str) else None


class Items(Protocol):
    """The area as the inspector sees it."""

    @property
    def drafts(self) -> Drafts:
        """What was typed for its items."""

    def subject(self, key: str) -> Subject:
        """The item as it is now."""

    def preparing(self, key: str, texts: Iterable[str]) -> Generator[None, None, None]:
        """Some of the work of saving, where the texts are long. In parts."""

    def save(self, key: str, text: str, expected: str | None) -> None:
        """Send an edit that stores ``text`` where ``expected`` was; afterwards `subject` shows it."""

    def versions(self, key: str) -> Sequence[Version]:
        """What the item was seen to hold, oldest first."""

    def when(self, moment: float) -> str:
        """The core's seconds as the time on the wall."""
