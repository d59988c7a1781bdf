"""Every scene can be drawn: no state of the window that is worth a picture raises, warns, is blank or looks like
another.
"""

from __future__ import annotations

import time
from collections import Counter

import pytest
from PySide6.QtGui import QColor, QImage

from monitor.ui.appearance import DARK, LIGHT
from tests.pictures.scenes import SCENES
from tests.pictures.stage import Stage

# What the offscreen platform says of every window with size hints and of every menu; nothing of ours can help it.
pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise|grabbing)"),
]


def colors(picture: QImage) -> Counter[int]:
    """How often each colour comes in every third line and column."""
    return Counter(picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3))


def lightness(picture: QImage) -> float:
    """Of the colour that most of it has: from 0, black, to 1, white."""
    ((color, _),) = colors(picture).most_common(1)
    return QColor(color).lightnessF()


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_drawn_in_both_schemes(name: str) -> None:
    pictures = []
    for scheme in (LIGHT, DARK):
        with Stage(scheme) as stage:
            SCENES[name](stage)
            pictures.append(stage.picture().toImage())
    light, dark = pictures
    assert light.size() == dark.size()
    for picture in pictures:
        assert len(colors(picture)) > 20, "more than a blank window"
        parts = [picture.copy(x, 0, picture.width() // 2, picture.height()) for x in (0, picture.width() // 2)]
        assert all(len(colors(part)) > 5 for part in parts), "each half shows something"
    assert lightness(light) > 0.7
    assert lightness(dark) < 0.3


def test_no_scene_looks_like_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_795_400_000.0)  # Else the times in them differ, if nothing else does.
    drawn: dict[str, QImage] = {}
    for name, scene in SCENES.items():
        with Stage(LIGHT) as stage:
            scene(stage)
            picture = stage.picture().toImage()
        assert [other for other, earlier in drawn.items() if earlier == picture] == [], name
        drawn[name] = picture
