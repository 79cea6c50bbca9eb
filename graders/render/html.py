"""HTML pages, self-contained and free of scripts; everything a student wrote is escaped by the template engine.

What is hidden in a text, a control or a direction character for one, is made visible there as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from graders.course.course import Course
from graders.grading.attention import Attention, headline
from graders.render.concept import MARKS, lines, plain, points
from graders.render.pictures import case_picture, curves_svg
from graders.render.summary import by_concept
from graders.report import Report


@lru_cache(maxsize=1)
def environment() -> Any:
    """Return the template environment, with the filters that templates use."""
    import jinja2
    from markupsafe import escape

    found = jinja2.Environment(
        loader=jinja2.PackageLoader("graders.render"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: plain(value) if type(value) is str else value,  # what is markup already stays
    )
    found.globals |= {"case_picture": case_picture, "curves_svg": curves_svg}
    found.filters |= {
        "points": points,
        "code": lambda text: escape(lines(text)),
        "mark": lambda status: MARKS[status][0],
    }
    return found


def class_page(
    course: Course, reports: Sequence[Report], ungraded: Sequence[str] = (), attention: Sequence[Attention] = ()
) -> str:
    """Return the page of a whole class: totals, the concepts, the students with their first failing cases.

    Args:
        course: The course.
        reports: Of the students who are graded.
        ungraded: Ids of the others.
        attention: What somebody must look at; it stands on top.
    """
    concepts = [
        {
            "exercise": exercise.id,
            "concept": concept,
            "passed": sum(result.status == "passed" for result in results),
            "share": share,
        }
        for exercise, concept, results, share in by_concept(reports)
    ]
    template = environment().get_template("class.html")
    page: str = template.render(
        course=course,
        reports=reports,
        concepts=concepts,
        ungraded=ungraded,
        attention=attention,
        headline=headline(attention),
        numbers={report.student_id: number for number, report in enumerate(reports, 1)},
    )
    return page
