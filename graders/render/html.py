"""HTML pages, self-contained and free of scripts; everything a student wrote is escaped by the template engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from graders.course import Course
from graders.render.pictures import case_picture, curves_svg
from graders.render.terminal import MARKS, plain, points
from graders.report import Report


@lru_cache(maxsize=1)
def environment() -> Any:
    """Return the template environment, with the filters that templates use."""
    import jinja2

    found = jinja2.Environment(
        loader=jinja2.PackageLoader("graders.render"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.globals |= {"case_picture": case_picture, "curves_svg": curves_svg}
    found.filters |= {"points": points, "plain": plain, "mark": lambda status: MARKS[status][0]}
    return found


def class_page(course: Course, reports: Sequence[Report]) -> str:
    """Return the page of a whole class: totals, the concepts, the students with their first failing cases."""
    concepts = []
    if reports:
        for position, (exercise, concept) in enumerate(reports[0].concepts()):
            results = [report.concepts()[position][1] for report in reports]
            share = sum(result.score for result in results) / (len(results) * concept.max_score)
            passed = sum(result.status == "passed" for result in results)
            concepts.append({"exercise": exercise.id, "concept": concept, "passed": passed, "share": share})
    page: str = environment().get_template("class.html").render(course=course, reports=reports, concepts=concepts)
    return page
