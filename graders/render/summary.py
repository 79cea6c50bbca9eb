"""What a report says in few words: a line for all of it, and one for each concept that is not right."""

from __future__ import annotations

from collections.abc import Iterator

from graders.render.terminal import points
from graders.report import ConceptResult, ExerciseResult, Report


def shortfalls(report: Report) -> Iterator[tuple[ExerciseResult, ConceptResult, str, str]]:
    """Yield (exercise, concept, what its checks said, the sentence on the wrong idea or nothing).

    The texts may hold words of the student's; make them safe for where they go.
    """
    for exercise, concept in report.concepts():
        if concept.status == "passed":
            continue
        failed = [check for check in concept.checks if check.status not in ("passed", "skipped")]
        said = next((check.message for check in (*failed, *concept.checks) if check.message), concept.status)
        named = next((check.misconception for check in failed if check.misconception), None)
        yield exercise, concept, said, named.sentence if named else ""


def points_line(report: Report) -> str:
    """Return `"71 of 83 concepts, 120.5 of 142 points"`."""
    passed = sum(concept.status == "passed" for _, concept in report.concepts())
    return f"{passed} of {len(report.concepts())} concepts, {points(report.score)} of {points(report.max_score)} points"
