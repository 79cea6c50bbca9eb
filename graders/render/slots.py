"""What the policy decides on a student's page: slots in a page that is otherwise made of what was earned.

A page takes ten times as long to make as to fill. So when points or dates change, its slots are filled anew, and a page
that was filled is the same, byte for byte, as one that is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from graders.render.concept import plain, points
from graders.report import ConceptResult, ExerciseResult, Report, final_of

_BEGIN, _END = "<!--p ", "<!--/p-->"
"""Around a slot. Nothing that a student writes can look like one, since `<` is escaped."""


def slot(name: str, exercise: int = -1, concept: int = -1) -> Any:
    """Return an empty slot for a template: of the page, or of a concept by its places among what is shown."""
    from markupsafe import Markup

    place = f" {exercise} {concept}" if exercise >= 0 else ""
    return Markup(f"{_BEGIN}{name}{place}-->{_END}")


def filled(page: str, report: Report, shown: Sequence[str]) -> str:
    """Return a page with the points of a report in its slots.

    Args:
        page: Made from the same answers.
        report: Settled or not.
        shown: Ids of the exercises that are on the page.
    """
    exercises = [exercise for exercise in report.exercises if exercise.id in shown]
    whole = {"figures": _figures, "policy": _policy}

    first, *rest = page.split(_BEGIN)
    parts = [first]
    for part in rest:
        head = part[: part.index("-->")]
        name, exercise, concept = _place(head)
        if exercise < 0:
            parts += _BEGIN, head, "-->", *whole[name](report, exercises), _END
        else:
            one = exercises[exercise].concepts[concept]
            parts.append(_of_concept(head, name, one.score, one.max_score, one.override is not None))
        parts.append(part[part.index(_END) + len(_END) :])
    return "".join(parts)


@lru_cache(maxsize=4096)
def _place(head: str) -> tuple[str, int, int]:
    """Return the name of a slot and its places, -1 for one of the page."""
    name, *places = head.split(" ")
    exercise, concept = map(int, places or (-1, -1))
    return name, exercise, concept


@lru_cache(maxsize=4096)
def _of_concept(head: str, name: str, score: float, most: float, given: bool) -> str:
    said = f"{points(score)} of {points(most)}"
    if name == "row":
        mark = "*" if given else ""
        said = f'<td class="number">{points(score)}{mark}</td><td class="number">{points(most)}</td>'
    return f"{_BEGIN}{head}-->{said}{_END}"


def _figures(report: Report, exercises: Sequence[ExerciseResult]) -> Iterator[str]:
    yield _figure("points", report.score, report.max_score)
    if final_of(report) != report.score:
        yield _figure("final", final_of(report), report.max_score)
    for exercise in exercises:
        yield _figure(exercise.id, exercise.score, exercise.max_score)


def _figure(name: str, score: float, most: float) -> str:
    shown = f"{points(score)} <small>of {points(most)}</small>"
    return f"\n<div><dt>{_safe(name)}</dt><dd>{shown}</dd></div>"


def _policy(report: Report, exercises: Sequence[ExerciseResult]) -> Iterator[str]:
    """Yield a paragraph on each assignment that was late, extended or tried again, and on points that were given."""
    for one in report.assignments:
        said = []
        if one.extension is not None and one.due:
            said.append(f"due for you on {one.due[:16].replace('T', ' ')} UTC")
        if one.attempt != one.attempts:
            said.append(f"your hand-in number {one.attempt} of {one.attempts} counts")
        if one.days_late:
            days = f"{one.days_late} day{'' if one.days_late == 1 else 's'} late"
            said.append(f"{days}, {points(one.penalty)} of {points(one.score)} points are taken off")
        if said:
            yield f'\n<p class="wait">{_safe(one.id)}: {_safe("; ".join(said))}.</p>'
    for exercise in exercises:
        given: dict[str, list[ConceptResult]] = {}
        for concept in exercise.concepts:
            if concept.override is not None:
                given.setdefault(concept.override, []).append(concept)
        for reason, concepts in given.items():
            names = ", ".join(f"{concept.title} ({points(concept.score)})" for concept in concepts)
            yield f'\n<p class="wait">* Points given by your instructor in {_safe(exercise.id)}, {_safe(names)}: '
            yield f"{_safe(reason)}</p>"


def _safe(text: str) -> str:
    from markupsafe import escape

    return str(escape(plain(text)))
