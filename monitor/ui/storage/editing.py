"""Editing: what the operator does to an area, as edits that say what the operator saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.edits import Canonical, Edit, Reason, Replace
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.core.values import Redacted
from monitor.ui.reasons import REASONS
from monitor.ui.storage.outcomes import AUTHOR
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from monitor.core.area import StorageArea
    from monitor.core.page import Page
    from monitor.core.session import Session
    from monitor.ui.storage.outcomes import Outcomes


class Editing:
    """Edits of the ``local`` area of ``session``, or of the ``session`` area of ``page``. ``clock`` gives the core's
    seconds. Every method returns the edit, pending or refused already.
    """

    def __init__(self, session: Session, page: Page | None, outcomes: Outcomes, clock: Callable[[], float]) -> None:
        self.session = session
        self.page = page
        self.outcomes = outcomes
        self.clock = clock

    @property
    def area(self) -> StorageArea:
        return self.session.area(self.page)

    @property
    def reaches_page(self) -> bool:
        """Whether there is a page now that takes edits of this area, and answers them."""
        return self.session.leader is not None if self.page is None else self.page.connected

    def set_value(self, key: str, value: str, expected: str | None) -> Edit:
        """Store ``value``, where the operator saw ``expected`` (``None``: no such item). All three are as an editor or
        the area has them: `monitor.core.values.canonical`.
        """
        return self._edit(Canonical([SetItem(key, value, expected)]))

    def preparing(self, key: str, texts: Iterable[str]) -> Generator[None, None, None]:
        """Some of the work of an edit with these texts, before it is asked for, in parts."""
        return self.session.recording.preparing(key, texts)

    def set_values(self, operations: Sequence[SetItem]) -> Edit:
        """Store several values, all or none."""
        return self._edit(list(operations))

    def rename(self, key: str, new_key: str, expected: str) -> Edit:
        """Move the item to a key that is free."""
        return self._edit([RenameItem(key, new_key, expected)])

    def remove(self, seen: Mapping[str, str]) -> Edit:
        """Remove these items, all or none, if they hold what the operator saw."""
        return self._edit([RemoveItem(key, expected) for key, expected in seen.items()])

    def clear(self, revision: int) -> Edit:
        """Remove every item, if nothing has changed since the area had this revision."""
        return self._edit([Clear(revision)])

    def retry(self, edit: Edit) -> Edit | None:
        """Try a refused edit again, as it was. ``None`` if it cannot come to anything."""
        if not self.can_retry(edit):
            return None
        again = self._edit(edit.operations if isinstance(edit.operations, Replace) else list(edit.operations))
        self.outcomes.dismiss(self.session, self.area, edit)
        return again

    def can_retry(self, edit: Edit) -> bool:
        """Whether trying the same again could come to anything: where something may be written, and the browser holds
        what the operator saw.
        """
        if self.why_not is not None:
            return False
        return isinstance(edit.operations, Replace) or list(self._renewed(edit.operations)) == list(edit.operations)

    def overwrite(self, edit: Edit) -> Edit | None:
        """Try a refused edit again, over what the browser holds now. ``None`` if there is nothing left to do."""
        if isinstance(edit.operations, Replace):
            again: Edit | None = self._edit(edit.operations)
        else:
            operations = list(self._renewed(edit.operations))
            again = self._edit(operations) if operations else None
        self.outcomes.dismiss(self.session, self.area, edit)
        return again

    def can_overwrite(self, edit: Edit) -> bool:
        """Whether that could come to anything else than to try the same again: an item that is gone can be neither
        renamed nor removed.
        """
        if self.why_not is not None or isinstance(edit.operations, Replace):
            return False
        renewed = list(self._renewed(edit.operations))
        return bool(renewed) and renewed != list(edit.operations)

    @property
    def why_not(self) -> str | None:
        """Why no edit of this area can come to anything, as the end of a sentence; ``None`` if one can, now or when a
        page is back.
        """
        page, session = self.page, self.session
        if session.forgotten:
            return "the session was forgotten"
        if page is not None and session.pages.get(page.page_id) is not page:
            return REASONS[Reason.GONE]
        if session.why_read_only is not None:
            return session.why_read_only
        return None if self.area.error is None else f"{REASONS[Reason.DENIED]} ({quoted(self.area.error, 160)})"

    def discard(self, edit: Edit) -> None:
        """Let go of a refused edit."""
        self.outcomes.dismiss(self.session, self.area, edit)

    def withdraw(self, edit: Edit) -> bool:
        """Take back an edit that waits for a page. ``False`` if it has gone out meanwhile."""
        if not self.session.withdraw(edit):
            return False
        self.outcomes.dismiss(self.session, self.area, edit)
        return True

    def _edit(self, operations: Sequence[Operation] | Replace) -> Edit:
        return self.session.edit(operations, self.clock(), page=self.page, author=AUTHOR)

    def _renewed(self, operations: Iterable[Operation]) -> Iterable[Operation]:
        """The same operations with what is there now as ``expected``."""
        items = self.area.items
        for operation in operations:
            match operation:
                case SetItem(key=key, value=value):
                    now = items.get(key)
                    if not isinstance(now, Redacted):
                        yield SetItem(key, value, now)
                case RemoveItem(key=key):
                    now = items.get(key)
                    if isinstance(now, str):
                        yield RemoveItem(key, now)
                case RenameItem(key=key, new_key=new_key):
                    now = items.get(key)
                    if isinstance(now, str) and new_key not in items:
                        yield RenameItem(key, new_key, now)
                case Clear() if items:
                    yield Clear(self.area.revision)
