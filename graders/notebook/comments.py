"""What the gradebook says to a student about one exercise: a line for each concept that is not right."""

from __future__ import annotations

from graders.render.summary import shortfalls
from graders.report import Report
from graders.text import plain

_LONGEST = 400


def comment_on(report: Report) -> str:
    """Return Markdown: a line for each concept of a report that is not right, empty when all are."""
    lines = [
        f"{_shown(concept.title)}: {_shown(said)} {_shown(named)}".rstrip()
        for _, concept, said, named in shortfalls(report)
    ]
    return "\n\n".join([*lines, *(_shown(note) for note in report.notes if lines)])


def _shown(text: str) -> str:
    return escaped(plain(text, limit=_LONGEST))


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: nbgrader renders comments as Markdown, and HTML in them as HTML."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|&$~!" else char for char in text)
