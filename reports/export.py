"""How rows leave the building as CSV (contract.md, *Addresses*): one writer formats and disarms every cell."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

BOM = "\ufeff"
# A spreadsheet would run a cell that begins so, and an apostrophe must survive being taken off again by the import.
LIVE_CELL = ("=", "+", "-", "@", "\t", "\r", "'")


class _Echo:
    """A file whose `write` hands the text back, so that `csv` serves one line at a time."""

    def write(self, text: str) -> str:
        return text


def cell(value: Any) -> str:
    """A value as text: `true`/`false`, ISO dates, times with offset in the active time zone, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "; ".join(cell(item) for item in value)
    return str(value)


def disarm(text: str) -> str:
    """`text` with a `'` before it where a spreadsheet would take it for a formula; import takes one off."""
    return f"'{text}" if text.startswith(LIVE_CELL) else text


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file line by line: BOM and header first; CRLF, RFC 4180 quoting, every cell formatted and disarmed."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield BOM + writer.writerow(list(header))
    for row in rows:
        yield writer.writerow([disarm(cell(value)) for value in row])
