"""How the operator has arranged and narrowed down the items, from one start to the next and in all sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from monitor.ui.storage.pane import StoragePane


def remember(pane: StoragePane, settings: QSettings) -> None:
    """Keep it. The order is a part of the columns' state."""
    columns = pane.columns
    if columns is not None:
        settings.setValue("items/columns", columns)
    settings.setValue("items/filter", pane.filter_field.text())
    for name, on in _switches(pane).items():
        settings.setValue(name, "yes" if on else "no")
    settings.setValue("items/delimiters", pane.grouping.delimiters)
    settings.setValue("items/area", pane.areas.kind)


def restore(pane: StoragePane, settings: QSettings) -> None:
    """Arrange and narrow down so again; to be called before anything is shown."""
    columns = settings.value("items/columns")
    if isinstance(columns, QByteArray):
        pane.columns = columns
    wanted = {name: settings.value(name, "no") == "yes" for name in _switches(pane)}
    pane.filter_bar.expression.setChecked(wanted["items/expression"])
    pane.filter_bar.match_case.setChecked(wanted["items/match-case"])
    pane.filter_field.setText(str(settings.value("items/filter", "")))
    pane.grouping.restore(wanted["items/groups"], str(settings.value("items/delimiters", "")))
    if settings.value("items/area") == "session":
        pane.areas.choose("session")


def _switches(pane: StoragePane) -> dict[str, bool]:
    return {
        "items/expression": pane.filter_bar.expression.isChecked(),
        "items/match-case": pane.filter_bar.match_case.isChecked(),
        "items/groups": pane.grouping.is_shown,
    }
