"""A table that a platform gave to download: read, filled in, and written in the form in which it came."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.errors import UsageError
from graders.text import plain

_BOM = "\ufeff"
_LARGEST = 32 << 20
"""Bytes of the largest table that is read: a hundred times a class of a thousand."""


@dataclass
class Sheet:
    """Rows of text cells.

    Attributes:
        name: Of the file, for sentences about it.
        header: Cells of the first row.
        rows: The others, each as long as the header.
        delimiter: A comma, or a semicolon where commas stand in numbers, or a tab.
        bom: Whether the file began with a byte order mark.
    """

    name: str
    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    bom: bool = False

    def column(self, name: str) -> int | None:
        """Return the place of a column, whatever the case of its name; None when it is not there."""
        names = [cell.strip().casefold() for cell in self.header]
        return names.index(name.casefold()) if name.casefold() in names else None

    def written(self, columns: Sequence[int] | None = None) -> bytes:
        """Return the file, or some columns of it."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=self.delimiter, lineterminator="\r\n")
        for row in (self.header, *self.rows):
            writer.writerow(row if columns is None else [row[place] for place in columns])
        return ((_BOM if self.bom else "") + stream.getvalue()).encode()


def read_sheet(path: Path) -> Sheet:
    """Return a table of values in UTF-8, separated by commas, semicolons or tabs.

    Raises:
        UsageError: it is not there, or not such a table.
    """
    shown = plain(str(path))
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{shown} is larger than {_LARGEST >> 20} MB.", "Give the file as it was downloaded.")
        text = path.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {error.strerror}.", "Give the file as it was downloaded.") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{shown} is not text in UTF-8.",
            "Give the CSV file as it was downloaded; a spreadsheet may have changed it.",
        ) from None
    bom, text = text.startswith(_BOM), text.removeprefix(_BOM)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except csv.Error as error:
        raise UsageError(f"{shown} is not a whole table: {error}.", "Download it again.") from None
    if not rows:
        raise UsageError(f"{shown} is empty.", "Download it again.")
    header, *others = rows
    width = len(header)
    for number, row in enumerate(others, start=2):
        if len(row) > width:
            raise UsageError(
                f"Row {number} of {shown} has {len(row)} cells, the header has {width}.", "Download it again."
            )
    return Sheet(plain(path.name), header, [row + [""] * (width - len(row)) for row in others], delimiter, bom)
