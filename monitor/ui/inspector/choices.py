"""Choices: how the operator likes the inspector, remembered in the settings, or while the window lives."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from monitor.core.values import Kind


class ViewName(StrEnum):
    """The views, in the order of their tabs."""

    TEXT = "Text"
    JSON = "JSON"
    DECODED = "Decoded"
    DIFF = "Diff"
    HISTORY = "History"


class Place(StrEnum):
    """Where the inspector stands: where there is room, or where the operator wants it."""

    AUTOMATIC = "automatic"
    BESIDE = "beside"
    BELOW = "below"


class Choices(QObject):
    """`changed` says that the inspector is to be shown or hidden, or to stand elsewhere."""

    changed = Signal()

    def __init__(self, settings: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._kept: dict[str, object] = {}

    @property
    def shown(self) -> bool:
        """Whether the inspector is shown."""
        return str(self._get("shown", "no")) == "yes"

    @shown.setter
    def shown(self, shown: bool) -> None:
        if shown != self.shown:
            self._set("shown", "yes" if shown else "no")
            self.changed.emit()

    @property
    def place(self) -> Place:
        """Where it stands."""
        try:
            return Place(str(self._get("place", "")))
        except ValueError:
            return Place.AUTOMATIC

    @place.setter
    def place(self, place: Place) -> None:
        if place != self.place:
            self._set("place", place.value)
            self.changed.emit()

    def view(self, kind: Kind | None) -> ViewName:
        """The view for values of this kind."""
        try:
            return ViewName(str(self._get(f"view/{kind}", "")))
        except ValueError:
            return ViewName.TEXT

    def choose_view(self, kind: Kind | None, view: ViewName) -> None:
        """The operator prefers ``view`` for values of this kind from now on."""
        self._set(f"view/{kind}", view.value)

    def sizes(self, beside: bool) -> QByteArray | None:
        """How much room it has in this place, in the form of QSplitter's state; ``None`` if that was never chosen."""
        state = self._get(_sizes(beside), None)
        return state if isinstance(state, QByteArray) else None

    def choose_sizes(self, beside: bool, state: QByteArray) -> None:
        """The operator wants it to have this much room."""
        self._set(_sizes(beside), state)

    def _get(self, name: str, default: object) -> object:
        if name in self._kept:
            return self._kept[name]
        return default if self._settings is None else self._settings.value(f"inspector/{name}", default)

    def _set(self, name: str, value: object) -> None:
        self._kept[name] = value
        if self._settings is not None:
            self._settings.setValue(f"inspector/{name}", value)


def _sizes(beside: bool) -> str:
    return "sizes-beside" if beside else "sizes-below"
