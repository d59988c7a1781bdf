"""Exporting: the journal as JSON lines, exact, or as CSV, for people and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec.structs import asdict

from monitor.core.escapes import escape
from monitor.core.journal_entry import JournalEntry, JournalValue, Masked
from monitor.core.secret_keys import looks_secret
from monitor.core.values import Redacted, units
from monitor.journal.files import open_private

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Form: TypeAlias = Literal["json", "csv"]
_FORMULAS: Final = tuple("=+-@＝＋－＠")  # some take the wide signs for the others
_MANY: Final = 500


def export(entries: Iterable[JournalEntry], path: Path, form: Form, *, with_secrets: bool = False) -> int:
    """Write the entries to the file, which only this user may read, in place of what was there. Returns how many.

    Values of keys that look secret are left out, unless ``with_secrets``; those that the journal itself does not have
    stand there as digests all the same.

    Raises:
        OSError: it cannot be written. What was there before is still there.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    count = 0
    try:
        with open_private(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as file, io.BufferedWriter(file) as out:
            if form == "csv":
                out.write(_csv_line(list(JournalEntry.__struct_fields__)))
            for entry in entries:
                fields = _fields(entry, with_secrets)
                out.write(_csv_line(map(_csv_cell, fields.values())) if form == "csv" else _json_line(fields))
                count += 1
            out.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return count


def _fields(entry: JournalEntry, with_secrets: bool) -> dict[str, Any]:
    fields = asdict(entry)
    fields["at"] = datetime.fromtimestamp(entry.at / 1e6, UTC).isoformat(timespec="microseconds")
    hidden = not with_secrets and (looks_secret(entry.key) or looks_secret(entry.new_key))
    for name in ("old", "new"):
        value = fields[name]
        fields[name] = Masked("", units(value)) if hidden and isinstance(value, str) else value
    return fields


def _json_line(fields: dict[str, Any]) -> bytes:
    plain = {name: _json_value(value) if name in ("old", "new") else value for name, value in fields.items()}
    return json.dumps(plain).encode("ascii") + b"\n"


def _json_value(value: JournalValue) -> Any:
    if isinstance(value, Masked):
        return {"masked": value.units, **({"digest": value.digest} if value.digest else {})}
    return {"redacted": int(value)} if isinstance(value, Redacted) else value


def _csv_cell(value: Any) -> str:
    if isinstance(value, Masked):
        return f"(masked, {value.units} units{', ' + value.digest if value.digest else ''})"
    if isinstance(value, Redacted):
        return f"(redacted, {int(value)} units)"
    if value is None:
        return "(no item)"
    text = escape(str(value))
    # To a spreadsheet this would be a formula, which may do anything.
    return f"'{text}" if text.lstrip().startswith(_FORMULAS) else text


def _csv_line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
