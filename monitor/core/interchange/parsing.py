"""Which form a text has."""

from monitor.core.interchange.console_script import read_console_script
from monitor.core.interchange.forms import InterchangeError, Parsed
from monitor.core.interchange.json_object import read_json
from monitor.core.interchange.table import LOOKS_LIKE_ANOTHER_FORM, read_table


def parse(text: str, *, escapes: bool | None = None) -> Parsed:
    """The items of a text in any of the forms. ``escapes`` is for tables (`read_table`).

    Raises:
        InterchangeError: it has none of the forms, or a mistake in it.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip("\r\n "):
        raise InterchangeError("There is no text.", 1)
    beginning = LOOKS_LIKE_ANOTHER_FORM.match(text)
    if beginning is None:
        return read_table(text, escapes)
    return read_json(text) if beginning[1] in ("{", "[") else read_console_script(text)
