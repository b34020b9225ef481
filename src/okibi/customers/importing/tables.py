"""Reading a CSV or XLSX file into lines of named cells, within limits; nothing in it is ever evaluated."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from okibi.customers.errors import ImportFileError
from okibi.customers.exporting import unescape_cell
from okibi.customers.importing.columns import COLUMNS, Column, Kind, among
from okibi.kernel.later import later
from okibi.kernel.sentence import Sentence

openpyxl = later("openpyxl")

MAX_FILE = 20 * 1024 * 1024  # bytes
MAX_UNPACKED = 300 * 1024 * 1024  # bytes of all parts of an XLSX together
MAX_PART_RATIO = 400  # a sheet of figures packs about 1:20; a bomb 1:1000
MAX_PARTS = 2_000
MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_CELL = 4_000  # characters
MAX_TITLE = 200  # characters of a header cell that are looked at
_ZIP = b"PK\x03\x04"
_OLD_XLS = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (";", ",", "\t")
_CHUNK = 1024 * 1024

TOO_LARGE = Sentence(ru="Файл больше 20 МБ. Разделите его.", en="The file is larger than 20 MB. Split it.")
TOO_MANY = Sentence(ru="В файле больше 50 000 строк. Разделите его.", en="More than 50,000 lines. Split the file.")
EMPTY = Sentence(ru="В файле нет строк.", en="There are no lines in the file.")
OLD_XLS = Sentence(
    ru="Это старый формат .xls. Сохраните таблицу как .xlsx или .csv.",
    en="This is the old .xls. Save it as .xlsx or .csv.",
)
BROKEN = Sentence(
    ru="Файл не читается как таблица XLSX: он повреждён или защищён.",
    en="Not a readable XLSX table: broken or protected.",
)
BOMB = Sentence(
    ru="Файл разворачивается в слишком большой объём. Сохраните таблицу заново, без лишних листов.",
    en="The file unpacks to far too much. Save the table anew, without other sheets.",
)
BINARY = Sentence(
    ru="Это не таблица: нужен файл CSV или XLSX.", en="This is not a table: a CSV or XLSX file is needed."
)
FORMULA = Sentence(
    ru="здесь формула; вставьте значение (копировать → вставить значения)", en="a formula; paste its value instead"
)
TOO_LONG = Sentence(ru="текст длиннее 4000 знаков", en="longer than 4,000 characters")


@dataclass(slots=True)
class Cells:
    """One line: its number in the file, its cells by column name, and why some can't be taken."""

    line: int
    cells: dict[str, str]
    broken: dict[str, Sentence] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def first(self) -> str:
        """The first thing that stands in the line, to tell it by."""
        return next(filter(None, self.cells.values()), "")[:100]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's lines, and the headers that mean nothing to us."""

    lines: Sequence[Cells]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Raw:
    line: int
    cells: list[str]
    formulas: frozenset[int] = frozenset()


def read_table(kind: Kind, content: bytes) -> Table:
    """The lines of a file of that kind, see :func:`read_columns`. Raises ImportFileError."""
    return read_columns(COLUMNS[kind], content)


def read_columns(columns: Sequence[Column], content: bytes) -> Table:
    """The lines of a file; CSV (UTF-8, UTF-16 or Windows-1251; by semicolon, comma or tab) or XLSX (the first sheet).

    Raises ImportFileError where the whole can't be taken: size, kind of file, no known or missing columns.
    """
    if len(content) > MAX_FILE:
        raise ImportFileError(TOO_LARGE)
    if content.startswith(_OLD_XLS):
        raise ImportFileError(OLD_XLS)
    rows = _xlsx_rows(content) if content.startswith(_ZIP) else _csv_rows(columns, content)
    header = next((row for row in rows if any(row.cells)), None)
    if header is None:
        raise ImportFileError(EMPTY)
    places, ignored = _places(columns, header.cells)
    lines: list[Cells] = []
    for row in rows:
        if not any(row.cells):
            continue
        if len(lines) == MAX_ROWS:
            raise ImportFileError(TOO_MANY)
        lines.append(_cells(row, places))
    if not lines:
        raise ImportFileError(EMPTY)
    return Table(lines, ignored)


def _places(columns: Sequence[Column], header: Sequence[str]) -> tuple[dict[int, Column], tuple[str, ...]]:
    places: dict[int, Column] = {}
    ignored = []
    for index, title in enumerate(header):
        column = among(columns, title)
        if column is not None and column not in places.values():
            places[index] = column
        elif title:
            ignored.append(title[:60])
    missing = [column.title for column in columns if column.required and column not in places.values()]
    if missing or not places:
        titles = missing or [column.title for column in columns]
        raise ImportFileError(
            Sentence(
                ru="В первой строке нужны названия столбцов. Не хватает: "
                + ", ".join(f"«{t.ru}»" for t in titles)
                + ".",
                en="The first line must name the columns. Missing: " + ", ".join(f"“{t.en}”" for t in titles) + ".",
            )
        )
    return places, tuple(ignored)


def _cells(row: _Raw, places: dict[int, Column]) -> Cells:
    line = Cells(row.line, {})
    for index, column in places.items():
        text = row.cells[index] if index < len(row.cells) else ""
        if index in row.formulas:
            line.broken[column.name] = FORMULA
        elif len(text) > MAX_CELL:
            line.broken[column.name] = TOO_LONG
        else:
            line.cells[column.name] = unescape_cell(text)
    return line


def _csv_rows(columns: Sequence[Column], content: bytes) -> Iterator[_Raw]:
    text = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(columns, text))
    begins = 1  # a quoted cell may hold line breaks: a record is named by the line on which it begins
    try:
        for cells in reader:
            yield _Raw(begins, [cell.strip() for cell in cells[:MAX_COLUMNS]])
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise ImportFileError(
            Sentence(
                ru=f"Строка {begins}: таблица CSV нарушена ({problem}).",
                en=f"Line {begins}: the CSV is broken ({problem}).",
            )
        ) from None


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    if "\x00" in text:
        raise ImportFileError(BINARY)
    return text


def _delimiter(columns: Sequence[Column], text: str) -> str:
    """The one that makes the most known headers of the first line that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")[: MAX_COLUMNS * MAX_TITLE]

    def known(delimiter: str) -> int:
        return sum(among(columns, title) is not None for title in next(csv.reader([first], delimiter=delimiter), []))

    return max(_DELIMITERS, key=known)


def _xlsx_rows(content: bytes) -> Iterator[_Raw]:
    _check_parts(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a sheet may claim a million columns
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
            if number > MAX_ROWS * 2:
                raise ImportFileError(TOO_MANY)
            formulas = frozenset(index for index, cell in enumerate(row) if cell.data_type == "f")
            yield _Raw(number, [_text(cell.value) for cell in row], formulas)
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        SyntaxError,
        TypeError,
        OSError,
    ):
        raise ImportFileError(BROKEN) from None


def _check_parts(content: bytes) -> None:
    """Refuse zip bombs by the sizes the archive declares (the reader never gives more than those), and any DTD."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            swollen = any(
                part.file_size > _CHUNK and part.file_size > MAX_PART_RATIO * max(part.compress_size, 1)
                for part in parts
            )
            if len(parts) > MAX_PARTS or swollen or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise ImportFileError(BOMB)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _has_dtd(archive, part):
                    raise ImportFileError(BROKEN)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise ImportFileError(BROKEN) from None


def _has_dtd(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part declares entities; spreadsheets never do, attackers may."""
    with archive.open(part) as file:
        before = b""
        while chunk := file.read(_CHUNK):
            if b"<!DOCTYPE" in before + chunk or b"<!ENTITY" in before + chunk:
                return True
            before = chunk[-16:]
    return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "да" if value else "нет"
    return str(value).strip()
