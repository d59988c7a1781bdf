"""Appearance: the colours and the style sheet of the whole app, light or dark as the system asks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from string import Template
from typing import ClassVar, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from monitor.resource_files import resource

Role = QPalette.ColorRole
Group = QPalette.ColorGroup


@dataclass(frozen=True)
class Scheme:
    """Colours by what they are for. Each text colour reads at 4.5 : 1 or better on each ground it stands on."""

    name: str
    window: str
    base: str
    raised: str
    hover: str
    border: str
    strong_border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    good: str
    warning: str
    error: str
    error_ground: str
    warning_ground: str
    flash: str
    good_ground: str
    literal: str


LIGHT: Final = Scheme(
    name="light",
    window="#f3f5f8",
    base="#ffffff",
    raised="#ffffff",
    hover="#eef2f8",
    border="#dce1e8",
    strong_border="#7d8796",
    text="#1b2430",
    muted="#566172",
    accent="#1f5fd0",
    on_accent="#ffffff",
    selection="#dbe7fd",
    good="#14703a",
    warning="#845400",
    error="#b3261e",
    error_ground="#fdeceb",
    warning_ground="#fff5dc",
    flash="#ffe08a",
    good_ground="#e4f5e9",
    literal="#7a3aa8",
)

DARK: Final = Scheme(
    name="dark",
    window="#1b1f25",
    base="#14171c",
    raised="#262c35",
    hover="#1f252d",
    border="#323a45",
    strong_border="#748093",
    text="#e6eaf0",
    muted="#b0bac8",
    accent="#82b1ff",
    on_accent="#0d1a30",
    selection="#264270",
    good="#67d696",
    warning="#f2c464",
    error="#ff9d94",
    error_ground="#421f1e",
    warning_ground="#372c12",
    flash="#483a0c",
    good_ground="#15301f",
    literal="#d3a6ff",
)


ARGUMENTS: Final = ("-style", "Fusion")
"""For the application. `QApplication.setStyle` would return the style, and so make PySide's class of it with three
hundred members of enums: a tenth of the time to the first picture.
"""


class Appearance(QObject):
    """The scheme in force. One for the application, which is made with `ARGUMENTS`: it sets the application's palette
    and style sheet.
    """

    changed = Signal()
    _last: ClassVar[Appearance | None] = None

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.scheme = LIGHT
        self._colors: dict[str, QColor] = {}
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        self._follow(hints.colorScheme())

    @classmethod
    def of(cls, application: QApplication) -> Appearance:
        """The one of this application."""
        # Remembered here and not looked for among the application's children, for which PySide would make every type
        # that a child might be of: fifty milliseconds at the start.
        if cls._last is None or cls._last.parent() is not application:
            cls._last = cls(application)
        return cls._last

    def show(self, scheme: Scheme) -> None:
        """Use these colours from now on, until the system asks for others."""
        self.scheme = scheme
        self._colors = {field.name: QColor(getattr(scheme, field.name)) for field in fields(scheme)[1:]}
        self._application.setPalette(palette(scheme))
        sheet = Template(resource("styles", "window.qss").read_text(encoding="utf-8"))
        values = {field.name: getattr(scheme, field.name) for field in fields(scheme)}
        self._application.setStyleSheet(sheet.substitute(values, icons=resource("icons").as_posix()))
        self.changed.emit()

    def color(self, name: str) -> QColor:
        """The colour of the scheme with that name (`Scheme`)."""
        return self._colors[name]

    @property
    def moves(self) -> bool:
        """Whether the system wants animations; where it does not, nothing fades."""
        # Not needed to paint, and slow to make: it has more enums than most.
        from PySide6.QtWidgets import QStyle

        return self._application.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0

    def _follow(self, system: Qt.ColorScheme) -> None:
        self.show(DARK if system == Qt.ColorScheme.Dark else LIGHT)


def fixed_font() -> QFont:
    """The system's font of fixed width, in the size of the application's font."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(QApplication.font().pointSizeF())
    return font


def palette(scheme: Scheme) -> QPalette:
    """The scheme as Qt's styles ask for it."""
    colors = {
        Role.Window: scheme.window,
        Role.WindowText: scheme.text,
        Role.Base: scheme.base,
        Role.AlternateBase: scheme.window,
        Role.Text: scheme.text,
        Role.PlaceholderText: scheme.muted,
        Role.Button: scheme.raised,
        Role.ButtonText: scheme.text,
        Role.BrightText: scheme.error,
        Role.ToolTipBase: scheme.raised,
        Role.ToolTipText: scheme.text,
        Role.Highlight: scheme.selection,
        Role.HighlightedText: scheme.text,
        Role.Link: scheme.accent,
        Role.LinkVisited: scheme.accent,
        Role.Accent: scheme.accent,
        Role.Light: scheme.raised,
        Role.Midlight: scheme.hover,
        Role.Mid: scheme.border,
        Role.Dark: scheme.strong_border,
        Role.Shadow: scheme.border,
    }
    made = QPalette()
    for role, color in colors.items():
        made.setColor(role, QColor(color))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        made.setColor(Group.Disabled, role, QColor(scheme.strong_border))
    return made
