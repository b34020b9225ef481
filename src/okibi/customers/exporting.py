"""Lists as CSV files that a Russian or English spreadsheet opens by a double click, and that harm nobody who does."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"  # spreadsheets take a file without it for Windows-1251
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # OWASP, "CSV Injection": a cell that begins so is run as a formula


def escape_cell(value: object) -> str:
    """A cell that a spreadsheet shows and never evaluates: an apostrophe before what begins like a formula."""
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def unescape_cell(text: str) -> str:
    """What :func:`escape_cell` was given, so that an exported file can be imported again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A CSV file piece by piece: BOM, header, rows; by semicolon, as spreadsheets with Russian settings expect."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([escape_cell(cell) for cell in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([escape_cell(cell) for cell in row])
        if number % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
