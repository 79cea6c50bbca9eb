"""Text that a student controls, made safe to show: in a terminal, in a log line, in a spreadsheet cell.

HTML is escaped where it is written, by the template engine; JSON keeps the text as it is.
"""

from __future__ import annotations

import shlex

_PARTING = frozenset(" '&|;<>()*?[]{}#~")
_EVEN_QUOTED = frozenset('"$`!')
_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def plain(text: str, newlines: bool = False, limit: int | None = None) -> str:
    """Return `text` with every character that is not plainly visible written as an escape, such as `\\x1b`.

    That covers C0 and C1 controls, escape sequences, bidirectional marks, zero-width and other invisible characters,
    unusual spaces and lone surrogates. The result can be encoded as UTF-8 and stays on one line.

    Args:
        text: Anything that came out of a file, a file name or the student's program.
        newlines: Keep line ends (as `\\n`) and tabs.
        limit: Longest result wanted, in characters; what is cut off is replaced by an ellipsis.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if newlines:
        text = text.replace("\r\n", "\n")
    if not text.isprintable():
        kept = "\n\t" if newlines else ""
        text = "".join(char if char.isprintable() or char in kept else _escape(char) for char in text)
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    return text


def csv_cell(text: str) -> str:
    """Return `text` for a spreadsheet cell: no control characters, and a quote in front of what would be a formula.

    Source: OWASP, "CSV Injection": cells that begin with `=`, `+`, `-`, `@`, tab or carriage return, and the
    full-width forms of these signs, which some spreadsheets take for the same. Blanks in front do not help.
    """
    start = text[:1] if text[:1] in _FORMULA_STARTS else text.lstrip()[:1]
    return ("'" if start in _FORMULA_STARTS else "") + plain(text)


def argument(text: str) -> str:
    """Return `text` as one argument of a command line: in quotes where it holds blanks or a shell's signs."""
    shown = plain(text)
    if set(shown) & _EVEN_QUOTED:
        return shlex.quote(shown)
    return f'"{shown}"' if set(shown) & _PARTING or not shown else shown


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
