"""What the gradebook says to a student about one exercise: a line for each concept that is not right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graders.report import ConceptResult, Report
from graders.text import plain

_LONGEST = 400


def comment_on(report: Report) -> str:
    """Return a line for each concept of a report that is not right, empty when all are."""
    lines = list(_lines(concept for _, concept in report.concepts()))
    notes = [plain(note, limit=_LONGEST) for note in report.notes] if lines else []
    return "\n\n".join([*lines, *notes])


def _lines(concepts: Iterable[ConceptResult]) -> Iterator[str]:
    """Yield Markdown: what the checks said, then the sentence on the wrong idea where one was named."""
    for concept in concepts:
        if concept.status == "passed":
            continue
        failed = [check for check in concept.checks if check.status not in ("passed", "skipped")]
        said = next((check.message for check in (*failed, *concept.checks) if check.message), concept.status)
        named = next((check.misconception for check in failed if check.misconception), None)
        text = f"{concept.title}: {escaped(plain(said, limit=_LONGEST))}"
        yield f"{text} {escaped(named.sentence)}" if named else text


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: nbgrader renders comments as Markdown, and HTML in them as HTML."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|&$" else char for char in text)
