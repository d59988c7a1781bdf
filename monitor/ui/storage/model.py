"""StorageModel: the items of one storage area as rows, with what is pending, refused or new about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from monitor.core.events import AreaLoaded, EditUpdated, ItemsChanged, PageLeft, PageUpdated, ReadOnlyUpdated
from monitor.ui.drafts.drafts import Drafts
from monitor.ui.masking.masking import Masking
from monitor.ui.rows import runs
from monitor.ui.storage.allowed import Allowed
from monitor.ui.storage.cell_words import CellWords
from monitor.ui.storage.columns import EXPLAINED, TITLES, Column
from monitor.ui.storage.filter.item_filter import FilterChoice
from monitor.ui.storage.item_states import ItemStates
from monitor.ui.storage.listing import Listing
from monitor.ui.storage.look import Look, Looks
from monitor.ui.storage.shown_items import ShownItems
from monitor.ui.words import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.area import Change, StorageArea
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.core.values import Value
    from monitor.ui.frame import Frame
    from monitor.ui.storage.editing import Editing
    from monitor.ui.words import WallClock

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NONE: Final = Qt.ItemFlag.NoItemFlags
_SHOWN: Final = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE: Final = _SHOWN | Qt.ItemFlag.ItemIsEditable


class StorageModel(QAbstractTableModel):
    """Shows ``editing.area``. Rows are the keys of its items, of pending and of refused edits, and of what is being
    edited (`pin`); the filter never hides the operator's own work.

    `flushed` comes after each frame in which anything changed, and after each change of filter or order. Exact keys
    and values come by `key` and `shown_value`, never through Qt. Call `end` when it is no longer shown.
    """

    flushed = Signal()
    looked_at = Signal(object)
    """Carries the keys of items that may be others now, in the browser or here, before `flushed`."""

    def __init__(
        self, registry: Registry, editing: Editing, frame: Frame, wall: WallClock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.editing = editing
        self.area: StorageArea = editing.area
        self.shown = ShownItems(self.area)
        self.drafts = Drafts(self)
        self.masking = Masking(self.drafts, editing.clock, self)
        self.states = ItemStates(editing, self.shown, self.drafts)
        self._frame = frame
        self._listing = Listing(self, self.shown, self.states, self.masking.hides)
        self._rows = self._listing.rows
        self._keys = self._listing.keys
        self.allowed = Allowed(editing, self._listing, self.states, self.drafts)
        self._looks = Looks()
        self.words = CellWords(self.look, self.shown, self.states, wall)
        self._drafted: set[str] = set()
        self._dirty: set[str] = set()
        self._held_back: set[str] = set()
        """Keys that changed since the last frame and are not to be shown as they are now."""
        self._news_of_edits = False
        self._rebuild()
        self._unsubscribe = registry.subscribe_each(
            {
                ItemsChanged: self._take_changes,
                EditUpdated: self._take_news_of_area,
                AreaLoaded: self._take_news_of_area,
                PageUpdated: self._take_news_of_page,
                PageLeft: self._take_news_of_page,
                # What can be edited is another, and every row shows it.
                ReadOnlyUpdated: lambda _: self._rebuild(),
            }
        )
        editing.outcomes.changed.connect(self._take_outcome)
        self.drafts.changed.connect(self._take_draft)
        self.masking.changed.connect(self._take_masking)

    def end(self) -> None:
        """Follow the area no longer."""
        self._unsubscribe()
        self.editing.outcomes.changed.disconnect(self._take_outcome)
        self._frame.cancel(self.flush)

    # --- what the view asks ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many items are shown."""
        return 0 if parent.isValid() else len(self._rows.shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many as `Column` has."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """The columns' titles, and what they mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _DISPLAY:
            return TITLES[Column(section)]
        if role == _TOOL_TIP:
            return EXPLAINED[Column(section)]
        if role == _ALIGNMENT:
            return _RIGHT if section == Column.SIZE else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """What a cell shows. Nothing here is fit to be written back."""
        if role == _DISPLAY:
            return self.words.text(self._keys[self._rows.shown[index.row()]], index.column())
        if role == _ALIGNMENT:
            return _RIGHT if index.column() == Column.SIZE else None
        if role == _TOOL_TIP:
            return plain_tooltip(self.words.explanation(self._keys[self._rows.shown[index.row()]], index.column()))
        if role == _ACCESSIBLE:
            return self.words.spoken(self._keys[self._rows.shown[index.row()]], index.column())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Keys and values can be edited, but for what is on its way out and what the page keeps to itself."""
        # Asked for every row where all are selected, so nothing is put together here.
        column = index.column()
        if column > Column.VALUE:
            return _SHOWN
        if column < 0:
            return _NONE
        key = self._keys[self._rows.shown[index.row()]]
        editable = self.allowed.can_edit(key) if column == Column.VALUE else self.allowed.can_rename(key)
        return _EDITABLE if editable else _SHOWN

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Keep the rows in the order of this column from now on."""
        column = column if 0 <= column < len(Column) else Column.KEY
        descending = order == Qt.SortOrder.DescendingOrder
        if not self._listing.is_sorted(Column(column), descending=descending):
            # Else Qt asks again: twice for each order that is chosen by a program.
            if self._dirty or self._news_of_edits or self._held_back:
                self.flush()
            self._listing.sort(Column(column), descending=descending)
            self.flushed.emit()

    # --- what the delegate and the actions ask -----------------------------------------------------------------------

    def key(self, row: int) -> str:
        """The exact key of a row."""
        return self._keys[self._rows.shown[row]]

    def keys(self) -> list[str]:
        """The exact keys of all rows, as they are shown."""
        return list(map(self._keys.__getitem__, self._rows.shown))

    def keys_of(self, rows: Iterable[int]) -> list[str]:
        """The exact keys of these rows."""
        return list(map(self._keys.__getitem__, map(self._rows.shown.__getitem__, rows)))

    def row_of(self, key: str) -> int | None:
        """Where the item is shown, if it is."""
        return self._listing.place(key)

    def shown_value(self, key: str) -> Value | None:
        """The exact value that the row shows: the pending one where an edit is on its way, else the browser's;
        ``None`` if there is none.
        """
        return self._listing.value(key)

    def held_value(self, key: str) -> Value | None:
        """The exact value that the browser holds as far as is known, also where what is shown is paused; the pending
        one where an edit is on its way.
        """
        pending = self.states.pending.of(key)
        return self.area.items.get(key) if pending is None or pending.value is None else pending.value

    def look(self, key: str) -> Look:
        """How the item reads."""
        return self._looks.of(key, self.shown_value(key), masked=self.masking.hides(key))

    def take_up_refused(self, key: str) -> None:
        """The operator is about to edit the item: where the last edit of it was refused, with the text of that, over
        what the browser holds now.
        """
        text, held = self.states.refused_text(key), self.held_value(key)
        if text is not None and text != held and self.allowed.can_edit(key):
            self.drafts.take_up(key, text, held if isinstance(held, str) else None)

    @property
    def filtered(self) -> bool:
        """Whether not every item is one to show."""
        return bool(self._listing.filter or self._listing.group)

    @property
    def filter_stopped(self) -> bool:
        """Whether the filter took too long, and so lets everything through."""
        return self._listing.filter.stopped

    @property
    def group(self) -> str:
        """What the keys that are shown begin with."""
        return self._listing.group

    @property
    def total(self) -> int:
        """How many items there are, shown or not."""
        return len(self.shown.items)

    def filter(self, text: str, is_expression: bool = False, match_case: bool = False) -> None:
        """Show only items that have ``text`` in their key or value, now and from now on (`FilterChoice`).

        Raises:
            ExpressionError: it is to be a regular expression, and is none. Then nothing changes.
        """
        up_to_date = not self._dirty and not self._news_of_edits
        if self._listing.narrow(FilterChoice(text, is_expression, match_case), up_to_date=up_to_date):
            self.flushed.emit()
        else:
            self._rebuild()

    def show_group(self, prefix: str) -> None:
        """Show only items whose key begins with ``prefix``, now and from now on; together with the filter."""
        if prefix != self._listing.group:
            self._listing.group = prefix
            self._rebuild()

    def pause(self) -> None:
        """Show the items as they are now until `resume`, but for what the operator's own edits come to."""
        if not self.shown.paused:
            self.flush()
            self.shown.pause()
            self.flushed.emit()

    def resume(self) -> None:
        """Show what was held back, and from now on what comes."""
        if self.shown.paused:
            self._dirty |= self.shown.resume()
            self._news_of_edits = True
            self.flush()

    def pin(self, key: str) -> None:
        """The operator edits this item: its row stays, and where it is, whatever becomes of the item."""
        self._listing.pin(key)

    def unpin(self, key: str) -> None:
        """The opposite of `pin`."""
        self._listing.unpin(key)
        self._dirty.add(key)
        self._frame.request(self.flush)

    def _take_draft(self, key: str) -> None:
        """What was typed for an item is the operator's own work: its row stays."""
        if key in self.drafts and key not in self._drafted:
            self._drafted.add(key)
            self.pin(key)
        elif key not in self.drafts and key in self._drafted:
            self._drafted.discard(key)
            self.unpin(key)
        self._dirty.add(key)
        self._frame.request(self.flush)

    def _take_masking(self, keys: Iterable[str]) -> None:
        """These are masked now and were not, or the other way round."""
        self._dirty.update(keys)
        self._frame.request(self.flush)

    def follow_rules(self) -> None:
        """Other keys look like secrets by now."""
        self.masking.mask()
        self._rebuild()

    # --- what the core announces -------------------------------------------------------------------------------------

    def _take_changes(self, event: ItemsChanged) -> None:
        if event.area is not self.area:
            return
        shown = self.shown.take(event.changes, event.source)
        self._dirty.update(shown)
        if not shown:
            self._held_back.update(change.key for change in event.changes)
        if any(map(_comes_or_goes, event.changes)):
            self._listing.forget_names()
        if event.source == "page" and not self.shown.paused:
            self.states.take_changes(event.changes)
        self._frame.request(self.flush)

    def _take_news_of_area(self, event: EditUpdated | AreaLoaded) -> None:
        self._take_outcome(event.session, event.area)

    def _take_news_of_page(self, event: PageUpdated | PageLeft) -> None:
        if event.session is self.editing.session:
            self._take_outcome(event.session, self.area)  # Whether an edit is on its way or waits is another.

    def _take_outcome(self, _session: Session, area: StorageArea) -> None:
        if area is self.area:
            self._news_of_edits = True
            self._frame.request(self.flush)

    # --- telling the view --------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Show what has changed. Called once a frame, and before anything that counts on rows being up to date."""
        whole = self._take_news_of_edits()
        self.drafts.follow(self.held_value)
        self._tell_held_back()
        dirty, self._dirty = self._dirty, set()
        if not dirty and not whole:
            self.flushed.emit()
            return
        known = self._listing.update(dirty)
        if known is None:
            self._dirty = dirty
            self._rebuild()
            return
        self.looked_at.emit(dirty)
        self._repaint(None if whole else known)
        self.flushed.emit()

    def _tell_held_back(self) -> None:
        held_back, self._held_back = self._held_back, set()
        if held_back:
            self.looked_at.emit(held_back)

    def _take_news_of_edits(self) -> bool:
        """Says if there is news of every item at once."""
        if not self._news_of_edits:
            return False
        self._news_of_edits = False
        self._listing.forget_names()
        keys, whole = self.states.refresh()
        self.drafts.answer(self.states.refused)
        self._dirty |= keys
        return whole

    def _rebuild(self) -> None:
        self._take_news_of_edits()
        dirty, self._dirty = self._dirty, set()
        self._listing.rebuild()
        self.looked_at.emit(dirty)
        self._repaint(None)
        self.flushed.emit()

    def _repaint(self, keys: Iterable[str] | None) -> None:
        """These may look different by now; ``None``: all."""
        last_row, last_column = len(self._rows.shown) - 1, len(Column) - 1
        for first, last in [(0, last_row)] if keys is None else runs(self._listing.places(keys)):
            if last >= 0:
                self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))


def _comes_or_goes(change: Change) -> bool:
    return change.old_value is None or change.new_value is None
