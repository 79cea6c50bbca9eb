"""What a report says in few words: a line for all of it, and one for each concept that is not right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graders.render.concept import points
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


def by_concept(
    reports: Sequence[Report],
) -> Iterator[tuple[ExerciseResult, ConceptResult, list[ConceptResult], float]]:
    """Yield (exercise, concept, the results of all who have one, the mean share of its points), in teaching order."""
    results: dict[tuple[str, str], list[ConceptResult]] = {}
    first: dict[tuple[str, str], tuple[ExerciseResult, ConceptResult]] = {}
    for report in reports:
        for exercise, concept in report.concepts():
            address = exercise.id, concept.id
            if address in results:
                results[address].append(concept)
            else:
                first[address], results[address] = (exercise, concept), [concept]
    for address, (exercise, concept) in first.items():
        found = results[address]
        most = len(found) * concept.max_score
        yield exercise, concept, found, sum([result.score for result in found]) / most if most else 0.0


def points_line(report: Report) -> str:
    """Return `"71 of 83 concepts, 120.5 of 142 points"`."""
    passed = sum(concept.status == "passed" for _, concept in report.concepts())
    return f"{passed} of {len(report.concepts())} concepts, {points(report.score)} of {points(report.max_score)} points"


def reasons(report: Report, late: bool = False) -> str:
    """Return why a student has more time, other points or an earlier hand-in, and with `late` what lateness costs."""
    said = []
    for one in report.assignments:
        if late and one.days_late:
            days = f"{one.days_late} day{'' if one.days_late == 1 else 's'} late"
            said.append(f"{one.id}: {days}, {points(one.penalty)} points off")
        if one.extension is not None:
            said.append(f"{one.id}: {one.extension}, due {one.due}")
        if one.attempt != one.attempts:
            said.append(f"{one.id}: attempt {one.attempt} of {one.attempts} counts")
    given: dict[tuple[str, str], list[str]] = {}
    for exercise, concept in report.concepts():
        if concept.override is not None:
            given.setdefault((exercise.id, concept.override), []).append(f"{concept.id} {points(concept.score)}")
    said += [f"{exercise}: {', '.join(concepts)} given: {reason}" for (exercise, reason), concepts in given.items()]
    return "; ".join(said)
