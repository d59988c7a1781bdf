"""AreaTabs: which area of a session is shown: its LocalStorage, or the SessionStorage of one of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QTabBar, QWidget

from monitor.core.values import one_line
from monitor.ui.sessions.sentences import page_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.messages import AreaKind
    from monitor.core.page import Page

AREA_NAMES: Final[dict[AreaKind, str]] = {"local": "LocalStorage", "session": "SessionStorage"}
_KINDS: Final[tuple[AreaKind, ...]] = ("local", "session")


class AreaTabs(QFrame):
    """Two tabs, and beside the second one the pages to choose from. `chosen` says that the operator wants another area:
    the one that `kind` and `page` name.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pages: list[Page] = []
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName("Storage")
        for kind in _KINDS:
            self.tabs.addTab(AREA_NAMES[kind])
        self.tabs.setTabToolTip(0, "What all pages of this session share (Ctrl+1)")
        self.tabs.setTabToolTip(1, "What each page keeps to itself (Ctrl+2)")
        self.pages = QComboBox(self)
        self.pages.setAccessibleName("Page")
        self.pages.setToolTip("The page whose SessionStorage is shown")
        self.pages.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.pages.setMinimumContentsLength(24)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 12, 8)
        layout.setSpacing(10)
        layout.addWidget(self.tabs)
        layout.addWidget(self.pages)
        layout.addStretch(1)
        self.tabs.currentChanged.connect(self._take_tab)
        self.pages.activated.connect(lambda _place: self.chosen.emit())
        self._take_tab()

    @property
    def kind(self) -> AreaKind:
        """The kind of area that is chosen."""
        return _KINDS[self.tabs.currentIndex()]

    @property
    def page(self) -> Page | None:
        """The page that is chosen, if there is any."""
        place = self.pages.currentIndex()
        return self._pages[place] if 0 <= place < len(self._pages) else None

    def choose(self, kind: AreaKind) -> None:
        """What a click on the tab does."""
        self.tabs.setCurrentIndex(_KINDS.index(kind))

    def show_pages(self, pages: Iterable[Page], current: Page | None) -> None:
        """Offer these pages, with ``current`` chosen if it is among them."""
        self._pages = list(pages)
        titles = [_title(page) for page in self._pages]
        if titles != [self.pages.itemText(place) for place in range(self.pages.count())]:
            self.pages.clear()
            self.pages.addItems(titles)
        for place, page in enumerate(self._pages):
            if page is current:
                self.pages.setCurrentIndex(place)
        self.pages.setEnabled(len(self._pages) > 1)
        self.pages.setVisible(self.kind == "session" and bool(self._pages))

    def _take_tab(self) -> None:
        self.pages.setVisible(self.kind == "session" and bool(self._pages))
        self.chosen.emit()


def _title(page: Page) -> str:
    """What tells the page from its neighbours: its title, part and address."""
    return f"{one_line(page.title, 60)} · {page_in_words(page)}" if page.title else page_in_words(page)
