"""The menu of an item in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from monitor.ui.storage.copy_form import has_text

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from monitor.ui.actions import Actions
    from monitor.ui.storage.area_panel import AreaPanel


def open_item_menu(actions: Actions, panel: AreaPanel, place: QPoint, parent: QWidget) -> None:
    """What can be done with the current item of the panel, and with its area."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    key = panel.table.current_key()
    if key is not None:
        _add_outcome(menu, actions, panel, key)
    menu.addActions([actions.edit, actions.rename, actions.delete])
    menu.addSeparator()
    menu.addActions([actions.copy_value, actions.copy_key, actions.copy_as.menuAction(), actions.paste])
    menu.addSeparator()
    menu.addActions([actions.reveal, actions.mask])
    menu.addSeparator()
    menu.addActions([actions.add, actions.clear, actions.refresh])
    menu.popup(place)


def _add_outcome(menu: QMenu, actions: Actions, panel: AreaPanel, key: str) -> None:
    """What became of the last edit of this item, if there is something to be done about it."""
    states, editing = panel.model.states, panel.model.editing
    refused, pending = states.refused.get(key), states.pending.of(key)
    if refused is not None:
        menu.addAction("Re&try", lambda: editing.retry(refused)).setEnabled(editing.can_retry(refused))
        over = menu.addAction("&Overwrite", lambda: editing.overwrite(refused))
        over.setEnabled(editing.can_overwrite(refused))
        if has_text(refused):
            menu.addAction("Copy te&xt", lambda: panel.copying.copy_refused(refused))
        menu.addAction("D&iscard", lambda: editing.discard(refused))
        menu.addSeparator()
    elif pending is not None and not pending.edit.sent:
        menu.addAction(actions.take_back)
        menu.addSeparator()
