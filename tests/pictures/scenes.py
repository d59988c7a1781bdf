"""The states of the window, each brought about as an operator and a page would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.pictures.stage import Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.pictures.stage import Stage

CTRL: Final = Qt.KeyboardModifier.ControlModifier
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
ALT: Final = Qt.KeyboardModifier.AltModifier


def no_session(_stage: Stage) -> None:
    """Nothing has connected yet."""


def table(stage: Stage) -> None:
    """A session, one item of which the page has just changed."""
    page = stage.fill()
    page.set("flags.freeDelivery", "on")
    stage.go_to("cart")


def pending(stage: Stage) -> None:
    """Edits on their way: a new value, a rename, a deletion, a new item."""
    stage.fill()
    editing = stage.panel.model.editing
    editing.set_value("theme", "light", "dark")
    editing.rename("locale", "language", "pt-BR")
    editing.remove({"lastVisit": "1795400000000"})
    editing.set_value("added", "1", None)
    stage.look()


def applied(stage: Stage) -> None:
    """An edit that the browser has just confirmed."""
    page = stage.fill()
    stage.panel.model.editing.set_value("theme", "light", "dark")
    page.answer()


def refused(stage: Stage) -> None:
    """An edit of a value that the page had changed meanwhile."""
    page = stage.fill()
    page.set("theme", "auto")
    stage.panel.model.editing.set_value("theme", "light", "dark")
    page.answer()


def waiting(stage: Stage) -> None:
    """An edit for a session that has left."""
    page = stage.fill()
    for each in list(page.session.pages.values()):
        stage.registry.leave(each, each.line, stage.clock())  # type: ignore[arg-type] # it is connected
    stage.look()
    stage.panel.model.editing.set_value("theme", "light", "dark")


def cell_editor(stage: Stage) -> None:
    """A value that is edited in its cell."""
    stage.fill()
    stage.go_to("theme")
    stage.press(Key.Key_F2)
    stage.type("lig")


def escaped_cell(stage: Stage) -> None:
    """A value that plain text cannot carry, with a mistake in what was typed."""
    stage.fill()
    stage.go_to("visitor")
    stage.press(Key.Key_F2)
    stage.press(Key.Key_End)
    stage.type("\\q")


def conflict(stage: Stage) -> None:
    """A draft, while the page writes the same item."""
    page = stage.fill()
    stage.go_to("theme")
    stage.press(Key.Key_F2)
    stage.type("light")
    page.set("theme", "auto")


def blank_row(stage: Stage) -> None:
    """A new item whose key is taken."""
    stage.fill()
    stage.press(Key.Key_N, CTRL)
    stage.type("theme")


def clear_question(stage: Stage) -> None:
    """Whether to delete everything."""
    stage.fill()
    stage.go_to("theme")
    stage.press(Key.Key_Delete, CTRL | SHIFT)


def session_storage(stage: Stage) -> None:
    """The second tab."""
    stage.fill()
    stage.press(Key.Key_2, CTRL)


def paused(stage: Stage) -> None:
    """A table that stands still."""
    page = stage.fill()
    stage.press(Key.Key_P, CTRL)
    page.set("theme", "auto")
    page.set("locale", "de-DE")


def left(stage: Stage) -> None:
    """A session that is gone, with what it last held."""
    stage.fill()
    stage.window.sessions.choose(stage.registry.sessions["till-4"])


def no_storage(stage: Stage) -> None:
    """A page that may not have storage."""
    stage.fill()
    stage.window.sessions.choose(stage.registry.sessions["sandbox"])


def filtered(stage: Stage) -> None:
    """Items that match."""
    stage.fill()
    stage.window.storage.filter_field.setText("flags")


def wrong_expression(stage: Stage) -> None:
    """A filter that is no regular expression."""
    stage.fill()
    stage.press(Key.Key_F, CTRL)
    stage.press(Key.Key_R, ALT)
    stage.window.storage.filter_field.setText("flags.(free|new")


def key_tree(stage: Stage) -> None:
    """The keys in groups, one of which is chosen."""
    stage.fill()
    stage.go_to("theme")
    stage.press(Key.Key_G, CTRL)
    stage.press(Key.Key_Down)


def paste_preview(stage: Stage) -> None:
    """What a paste would add and overwrite."""
    stage.fill()
    QGuiApplication.clipboard().setText('{"theme": "light", "locale": "pt-BR", "new": {"a": 1.10}, "password": "x"}')
    stage.go_to("theme")
    stage.press(Key.Key_V, CTRL)


def paste_mistake(stage: Stage) -> None:
    """A clipboard that holds nothing of the kind."""
    stage.fill()
    QGuiApplication.clipboard().setText('{"theme": "light",\n "locale": }')
    stage.go_to("theme")
    stage.press(Key.Key_V, CTRL)


def read_only(stage: Stage) -> None:
    """A session in which nothing may be written, and an attempt."""
    stage.fill()
    stage.press(Key.Key_L, CTRL | SHIFT)
    stage.go_to("theme")
    stage.press(Key.Key_F2)


def asks(stage: Stage) -> None:
    """Two origins that ask to connect, one of them chosen."""
    stage.fill()
    stage.ask("https://intranet.example:8443", "Orders – Intranet <b>2</b>")
    stage.ask("null", "")
    view = stage.window.sessions.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))


def asks_alone(stage: Stage) -> None:
    """Nothing but an origin that asks."""
    stage.ask("https://shop.example", "Checkout")


def question(stage: Stage) -> None:
    """What the operator is asked about it."""
    asks(stage)
    stage.press(Key.Key_Return)


def who_may_connect(stage: Stage) -> None:
    """What was answered."""
    stage.fill()
    stage.ask("https://intranet.example:8443", "Orders")
    for origin in ("https://shop.example", "https://till.example", "https://a-very-long-name-of-a-site." * 3):
        stage.registry.origins.allow(origin)
    stage.registry.origins.block("null")
    stage.press(Key.Key_O, CTRL | SHIFT)


def inspector(stage: Stage) -> None:
    """A value with syntax colours, beside the table."""
    stage.fill()
    stage.go_to("cart")
    stage.press(Key.Key_F4)
    stage.press(Key.Key_1, ALT)


def inspector_json(stage: Stage) -> None:
    """The same as a tree."""
    inspector(stage)
    stage.press(Key.Key_2, ALT)


def inspector_decoded(stage: Stage) -> None:
    """What a token says."""
    stage.fill()
    stage.go_to("auth.token")
    stage.press(Key.Key_F4)
    stage.press(Key.Key_3, ALT)
    stage.press(Key.Key_R, CTRL)


def masked(stage: Stage) -> None:
    """A value whose key looks like a secret."""
    stage.fill()
    stage.go_to("auth.token")
    stage.press(Key.Key_F4)


def revealed(stage: Stage) -> None:
    """The same for a minute."""
    stage.fill()
    stage.go_to("auth.token")
    stage.press(Key.Key_R, CTRL)


def masked_refusal(stage: Stage) -> None:
    """What was written is masked as well, and so is what comes with a paste."""
    page = stage.fill()
    stage.panel.model.editing.set_value("auth.token", "another", "something else")
    page.answer()
    QGuiApplication.clipboard().setText('{"theme": "light", "auth.token": "mine", "api-key": "new"}')
    stage.go_to("theme")
    stage.press(Key.Key_V, CTRL)


def masking_rules(stage: Stage) -> None:
    """What else is masked, with a mistake."""
    stage.fill()
    stage.press(Key.Key_M, CTRL | ALT)
    stage.type("cart")
    stage.press(Key.Key_Return)
    stage.type("visitor*, flags*")


def inspector_diff(stage: Stage) -> None:
    """What the page has changed."""
    page = stage.fill()
    page.set("cart", '{"lines":[{"sku":"HH-1003","name":"Linen apron","qty":3,"price":24.90}],"total":74.70}')
    stage.go_to("cart")
    stage.press(Key.Key_F4)
    stage.press(Key.Key_4, ALT)


def inspector_history(stage: Stage) -> None:
    """Every version that was seen."""
    page = stage.fill()
    for theme in ("light", "auto", "dark", "light"):
        stage.clock.pass_by(61)
        page.set("theme", theme)
    stage.panel.model.editing.set_value("theme", "contrast", "light")
    page.answer()
    stage.go_to("theme")
    stage.press(Key.Key_F4)
    stage.press(Key.Key_5, ALT)


def shortcuts(stage: Stage) -> None:
    """F1."""
    stage.fill()
    stage.press(Key.Key_F1)


SCENES: Final[dict[str, Callable[[Stage], None]]] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        no_session,
        table,
        pending,
        applied,
        refused,
        waiting,
        cell_editor,
        escaped_cell,
        conflict,
        blank_row,
        clear_question,
        session_storage,
        paused,
        left,
        no_storage,
        filtered,
        wrong_expression,
        key_tree,
        paste_preview,
        paste_mistake,
        read_only,
        asks,
        asks_alone,
        question,
        who_may_connect,
        inspector,
        inspector_json,
        inspector_decoded,
        masked,
        revealed,
        masked_refusal,
        masking_rules,
        inspector_diff,
        inspector_history,
        shortcuts,
    )
}
