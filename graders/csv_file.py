"""CSV files that people write or download: any usual delimiter and encoding, each row with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graders.text import plain

_LARGEST = 32 << 20
"""Bytes of the largest file that is read: a hundred times a class of a thousand."""

_SEP = re.compile(r"sep=(.)", re.IGNORECASE)
"""A first line by which spreadsheets are told the delimiter."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class NoCsv(Exception):
    """A file is not read; the message says where and why, as the beginning of a sentence."""


@dataclass(frozen=True)
class CsvFile:
    """Rows of a file.

    Attributes:
        shown: Its path, for sentences.
        rows: Line and cells, stripped, of each row that holds something and is no comment (`#`).
        delimiter: A comma, a semicolon or a tab.
        notes: Sentences on how it was read.
    """

    shown: str
    rows: list[tuple[int, list[str]]]
    delimiter: str = ","
    notes: list[str] = field(default_factory=list)

    def at(self, line: int) -> str:
        """Return file and line, as sentences begin."""
        return f"{self.shown}, line {line}"


def read_csv(path: Path) -> CsvFile:
    """Return the rows of a file in UTF-8, UTF-16 or, failing that, the code page cp1252 of Windows.

    Raises:
        FileNotFoundError: it is not there.
        NoCsv: it cannot be read, or is no CSV.
    """
    shown = plain(str(path))
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise NoCsv(f"{shown} cannot be read: it is larger than {_LARGEST >> 20} MB")
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NoCsv(f"{shown} cannot be read: {error.strerror}") from None
    text, notes = _decoded(data, shown)
    told = _SEP.fullmatch(text.partition("\n")[0].strip())
    delimiter = told[1] if told else _delimiter(text)
    rows = list(_rows(text, delimiter, shown))
    return CsvFile(shown, rows[1:] if told else rows, delimiter, notes)


def _decoded(data: bytes, shown: str) -> tuple[str, list[str]]:
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16"), []
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise NoCsv(f"{shown} cannot be read: it is text neither in UTF-8 nor in the code page of Windows") from None
    return text, [f"{shown} is not in UTF-8, so it is read in the code page of Windows (cp1252)."]


def _delimiter(text: str) -> str:
    """Return the mark of which the first row has most; a comma where it has none."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    first = re.sub(r'"[^"]*"', "", next(lines, ""))
    return max(",;\t", key=first.count)


def _swallows(cell: str, delimiter: str, columns: int) -> bool:
    """Return whether a cell of several lines holds what looks like another row."""
    return columns > 1 and any(line.count(delimiter) >= columns - 1 for line in cell.splitlines()[1:])


def _rows(text: str, delimiter: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line, columns = 1, 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                columns = columns or len(cells)
                if any(_swallows(cell, delimiter, columns) for cell in cells):
                    raise NoCsv(
                        f"{shown}, line {line}: a quotation mark is opened there and not closed in that row: close it"
                    )
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise NoCsv(f"{shown}, line {reader.line_num}: this is no CSV: {error}") from None
