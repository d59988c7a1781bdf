"""Every scene can be drawn: no state of the window that is worth a picture raises, warns or is empty."""

from __future__ import annotations

import pytest

from monitor.ui.appearance import DARK, LIGHT
from tests.pictures.scenes import SCENES
from tests.pictures.stage import Stage

# What the offscreen platform says of every window with size hints and of every menu; nothing of ours can help it.
pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise|grabbing)"),
]


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_drawn_in_both_schemes(name: str) -> None:
    pictures = []
    for scheme in (LIGHT, DARK):
        with Stage(scheme) as stage:
            SCENES[name](stage)
            pictures.append(stage.picture().toImage())
    light, dark = pictures
    assert light.size() == dark.size()
    assert light != dark
