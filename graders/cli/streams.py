"""Printing on every terminal: a character that its encoding lacks is spelled with characters that it has."""

from __future__ import annotations

import codecs
import sys

_SPELLED = {
    "✓": "+",
    "✗": "x",
    "·": ".",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "→": "->",
    "←": "<-",
    "█": "#",
    "░": ".",
    "×": "x",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    **dict(zip("▁▂▃▄▅▆▇", "__--==#", strict=True)),
}
"""What we print beyond ASCII. A mark takes one character, so that columns stay columns."""

_NAME = "leafgrad.spelled"


def make_printable() -> None:
    """Let standard output and standard error take every text, whatever their encoding; no printing raises for it."""
    codecs.register_error(_NAME, _spelled)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_NAME)


def _spelled(error: UnicodeError) -> tuple[str, int]:
    """Return the text for characters that cannot be encoded: ours in their spelling, all others as an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_SPELLED.get(char) or _escape(char) for char in lacking), error.end


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
