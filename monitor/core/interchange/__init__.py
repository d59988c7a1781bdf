"""Interchange: items as text that other programs read, and back.

- **Item**: a key and a value, both exact strings. Order counts.
- **Form**: how items stand in a text: a JSON object, a table of two columns, or a script for a browser's console.
- **Repeated key**: one that a text sets more than once. The last one counts, as it does for a browser.

What is written has no character that a clipboard or a text field would drop or not show, and `parse` reads it back
exactly. `parse` finds out by itself which of the forms a text has; what it cannot read is an `InterchangeError` that
says what is wrong and where, never a guess.
"""

from monitor.core.interchange.console_script import to_console_script
from monitor.core.interchange.forms import Form, InterchangeError, Item, Parsed
from monitor.core.interchange.json_object import to_json
from monitor.core.interchange.parsing import parse
from monitor.core.interchange.table import to_table

__all__ = ["Form", "InterchangeError", "Item", "Parsed", "parse", "to_console_script", "to_json", "to_table"]
