"""HTML pages, self-contained: the page of a class, with one script of our own, and the page of a student, without.

Everything that a student wrote is escaped by the template engine.

What is hidden in a text, a control or a direction character for one, is made visible there as well.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from graders.course.course import Course
from graders.errors import UsageError
from graders.grading.attention import Attention, headline
from graders.render import analysis
from graders.render.bars import CELL, histogram_svg, strip_svg
from graders.render.concept import MARKS, lines, plain, points, shown_check, word
from graders.render.kin import kinship
from graders.render.pictures import case_picture, curves_svg
from graders.render.rows import chosen_rows
from graders.render.slots import filled, slot
from graders.render.summary import reasons
from graders.report import Report, final_of
from graders.submission.model import safe_name

STUDENTS = "students"
"""Folder of the students' pages, beside the page of the class."""

_MAIL = re.compile(r"([\w.+%-]{1,64})@[\w-]+(?:\.[\w-]+)+")
"""The bound keeps the search linear in a text without any @, as does the length that is shown."""


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
    found.globals |= {"case_picture": case_picture, "curves_svg": curves_svg, "case_rows": chosen_rows}
    found.globals["slot"] = slot
    found.globals |= {"histogram": histogram_svg, "strip": strip_svg, "cell": CELL}
    found.filters |= {
        "points": points,
        "final": final_of,
        "word": lambda concept: word(concept) or "passed",
        "without_mail": without_mail,
        "page": page_name,
        "called": lambda student, names: names.get(student) or without_mail(student),
        "code": lambda text: escape(lines(text)),
        "mark": lambda status: MARKS[status][0],
    }
    return found


def page_name(student_id: str) -> str:
    """Return the address of a student's page, seen from the page of the class."""
    return f"{STUDENTS}/{safe_name(student_id)}.html"


def without_mail(text: str) -> str:
    """Return a text as it is shown, with each mail address cut down to the name in front of the @."""
    return _MAIL.sub(r"\1", plain(text))


def _called(students: Iterable[str]) -> dict[str, str]:
    """Return how a page calls each student: the id without a mail address in it, and with a number where two agree."""
    names: dict[str, str] = {}
    for student in dict.fromkeys(students):
        name, number = without_mail(student), 1
        taken = set(names.values()) if name != plain(student) else ()
        while (shown := name if number == 1 else f"{name} ({number})") in taken:
            number += 1
        names[student] = shown
    return names


@lru_cache(maxsize=1)
def _script() -> tuple[Any, str]:
    """Return the script of the class page, and the digest by which browsers tell it from any other one."""
    from markupsafe import Markup

    text = files("graders.render").joinpath("templates", "class.js").read_text(encoding="utf-8")
    return Markup(text), base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def class_page(
    course: Course, reports: Sequence[Report], ungraded: Sequence[str] = (), attention: Sequence[Attention] = ()
) -> str:
    """Return the page of a whole class: who needs attention, what was not understood, who stands where.

    Args:
        course: The course.
        reports: Of the students who are graded.
        ungraded: Ids of the others.
        attention: What somebody must look at; it stands on top.
    """
    shown = analysis.begun(reports)
    items = analysis.items(reports, shown)
    script, digest = _script()
    page: str = (
        environment()
        .get_template("class.html")
        .render(
            course=course,
            reports=reports,
            who=_called(
                sorted((one.student_id for one in reports), key=lambda student: student != without_mail(student))
            ),
            graded={report.student_id for report in reports},
            ungraded=ungraded,
            attention=attention,
            headline=headline(attention),
            means=analysis.middle(reports),
            exercises=[(name, [item for item in items if item.exercise == name]) for name in shown],
            rows=[(report, _cells(report, shown), _marks(report, shown)) for report in reports],
            settled=any(final_of(report) != report.score for report in reports),
            granted=[(report, why) for report in reports if (why := reasons(report, late=True))],
            idle=analysis.idle(reports),
            items=items,
            ideas=analysis.ideas(reports),
            pairs=analysis.alike(reports),
            rare=analysis.rare_limit(len(reports)),
            plots=_plots(reports, shown),
            script=script,
            digest=digest,
        )
    )
    return page


def _cells(report: Report, shown: Sequence[str]) -> list[Any]:
    """Return the results of a student for each exercise that is shown, None where the report has none."""
    own = {exercise.id: exercise for exercise in report.exercises}
    return [own.get(name) for name in shown]


def _marks(report: Report, shown: Sequence[str]) -> str:
    """Return `p` or `f` for each concept that is shown, as the script of the page reads them."""
    own = {exercise.id: exercise.concepts for exercise in report.exercises}
    return "".join("p" if one.status == "passed" else "f" for name in shown for one in own.get(name, ()))


def _plots(reports: Sequence[Report], shown: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Return title and counts of each distribution: of the whole score, then of the exercises."""
    plots = [("All points", [analysis.share(report.score, report.max_score) for report in reports])]
    for name in shown if len(shown) > 1 else ():
        own = [exercise for report in reports for exercise in report.exercises if exercise.id == name]
        plots.append((name, [analysis.share(exercise.score, exercise.max_score) for exercise in own]))
    return [(title, analysis.histogram(shares)) for title, shares in plots]


def student_page(course: Course, report: Report, shown: Sequence[str], digest: str = "") -> str:
    """Return what a student may see of a report: nothing of other students, no signals, no mail address.

    Args:
        course: The course, for its hints.
        report: On this student.
        shown: Ids of the exercises that the class was asked for.
        digest: Stands in the page, so that it can be told whether it is still true.
    """
    page: str = (
        environment()
        .get_template("student.html")
        .render(
            course=course,
            report=report,
            exercises=[exercise for exercise in report.exercises if exercise.id in shown],
            shown_check=shown_check,
            like=kinship(report).like,
            hints=lambda exercise, concept: _hints(course, exercise, concept),
            digest=digest,
        )
    )
    return filled(page, report, shown)


def _hints(course: Course, exercise: str, concept: str) -> Sequence[str]:
    """Return the hints of a concept; none where the course does not have it any more."""
    try:
        return course.concept(f"{exercise}.{concept}")[1].hints
    except UsageError:
        return ()
