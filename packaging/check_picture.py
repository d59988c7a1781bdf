"""Says whether a screenshot is one: exits with an error unless the file is a PNG of a window that shows something."""

import pathlib
import sys

from PySide6.QtGui import QImage

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# A window that drew its background and nothing else has fewer colours than this.
FEWEST_COLOURS = 16


def check_picture(path: str) -> str:
    """Return what the picture is, in words for a person.

    Raises ValueError if the file is no PNG, or one that shows nothing.
    """
    image = QImage(path)
    if image.isNull() or not pathlib.Path(path).read_bytes().startswith(PNG_SIGNATURE):
        raise ValueError(f"{path} is not a PNG picture")
    colours = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    if len(colours) < FEWEST_COLOURS:
        raise ValueError(f"{path} shows nothing: {image.width()} x {image.height()} with {len(colours)} colours")
    return f"{path}: {image.width()} x {image.height()}, {len(colours)} colours"


if __name__ == "__main__":
    try:
        sys.stdout.write(check_picture(sys.argv[1]) + "\n")
    except ValueError as error:
        sys.exit(str(error))
