"""Draw the scenes, light and dark, into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from monitor.ui.appearance import ARGUMENTS, DARK, LIGHT
from tests.pictures.scenes import SCENES
from tests.pictures.stage import Stage


def main(folder: Path, names: list[str]) -> None:
    """One picture for each scene and scheme: ``FOLDER/SCENE-SCHEME.png``."""
    application = QApplication(["pictures", *ARGUMENTS])
    application.setQuitOnLastWindowClosed(False)
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in (LIGHT, DARK):
        for name in names or SCENES:
            with Stage(scheme) as stage:
                SCENES[name](stage)
                stage.picture().save(str(folder / f"{name}-{scheme.name}.png"))
    sys.stdout.write(f"{2 * len(names or SCENES)} pictures\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
