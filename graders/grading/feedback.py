"""A page for each student of a graded class: written beside the tables, kept while it is true, packed for a platform.

A page carries two digests, of the answers that it is made from and of the points in its slots: a second run over an
unchanged class only reads, and where points or dates have changed, slots are filled and no page is made.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path

from graders import __version__
from graders.course.course import Course
from graders.files import write_whole
from graders.grading.faults import Fault, attempt
from graders.grading.tables import UNGRADED
from graders.render.slots import filled
from graders.report import ConceptResult, Report
from graders.submission.model import safe_name
from graders.text import csv_cell

FOLDER = "students"

_MARK = b'<meta name="leafgrad-page" content="'
"""How the digest stands in a page; a file without it is not ours and is never touched."""

_HEAD = 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of each file in a zip file, so that equal pages give equal bytes."""


def page_of(course: Course, report: Report, shown: Sequence[str], fixed: bytes = b"") -> bytes:
    """Return the page of a student.

    Args:
        course: The course, for its hints.
        report: On the student.
        shown: Ids of the exercises that the class was asked for.
        fixed: What `_fixed` gives for the course, where it is known.
    """
    from graders.render.html import student_page

    return student_page(course, report, shown, _digest(fixed or _fixed(course), report, shown)).encode(
        "utf-8", "backslashreplace"
    )


def write_pages(out: Path, course: Course, reports: Sequence[Report]) -> Iterator[tuple[str, Fault]]:
    """Write the pages of a class, and remove those of students who have no report in it.

    A page that cannot be made or written stays as it was.

    Args:
        out: Folder of the graded class.
        course: The course.
        reports: Of all students who are graded.

    Yields:
        Student id, or name of a file, and what went wrong with its page.
    """
    from graders.render.analysis import begun

    shown, folder, fixed, told_of = begun(reports), out / FOLDER, _fixed(course), _told_once()
    for report in reports:
        path = folder / f"{safe_name(report.student_id)}.html"
        fault = attempt(partial(_renew, path, course, report, shown, fixed, told_of))
        if fault is not None:
            yield report.student_id, fault
    current = {f"{safe_name(report.student_id)}.html" for report in reports}
    for path in folder.glob("*.html"):
        if path.name not in current and _digest_in(path) is not None:
            fault = attempt(partial(path.unlink, missing_ok=True))
            if fault is not None:
                yield path.name, fault


def pack_pages(course: Course, reports: Sequence[Report], faults: list[tuple[str, Fault]]) -> bytes:
    """Return a zip file with the page of each student; what could not be made is added to `faults`."""
    from graders.render.analysis import begun

    buffer, shown, fixed = io.BytesIO(), begun(reports), _fixed(course)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for report in reports:
            page = attempt(partial(page_of, course, report, shown, fixed))
            if isinstance(page, Fault):
                faults.append((report.student_id, page))
                continue
            info = zipfile.ZipInfo(f"{safe_name(report.student_id)}.html", _EPOCH)
            info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, page)
    return buffer.getvalue()


def still_there(graded: Path, reports: Iterable[Report]) -> tuple[list[Report], list[str]]:
    """Return the reports of the students in grades.csv, and the ids of the others, who left the class.

    Without a grades.csv that can be read, all of them are there. Who is not graded is in neither.
    """
    reports, known = list(reports), listed(graded)
    if known is None:
        return reports, []
    gone = [report.student_id for report in reports if csv_cell(report.student_id) not in known]
    return [one for one in reports if known.get(csv_cell(one.student_id), UNGRADED) != UNGRADED], gone


def listed(graded: Path) -> dict[str, str] | None:
    """Return the cells student_id and status of each row of grades.csv; None without one that can be read."""
    try:
        rows = csv.DictReader(io.StringIO((graded / "grades.csv").read_text(encoding="utf-8")))
        if not {"student_id", "status"} <= set(rows.fieldnames or ()):
            return None
        return {row["student_id"]: row["status"] for row in rows}
    except (OSError, ValueError, KeyError, csv.Error):
        return None


def _renew(
    path: Path,
    course: Course,
    report: Report,
    shown: Sequence[str],
    fixed: bytes,
    told_of: Callable[[ConceptResult], str],
) -> None:
    there, wanted = _digest_in(path), _digest(fixed, report, shown, told_of)
    if there == wanted:
        return
    if there and there.partition("-")[0] == wanted.partition("-")[0]:
        page = filled(path.read_text(encoding="utf-8", errors="surrogateescape"), report, shown)
        page = page.replace(f'{_MARK.decode()}{there}"', f'{_MARK.decode()}{wanted}"', 1)
        write_whole(path, page.encode("utf-8", "backslashreplace"))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page_of(course, report, shown, fixed))


def _digest_in(path: Path) -> str | None:
    """Return the digest that a page carries; None where the file is no page of ours, or is not there."""
    try:
        with path.open("rb") as stream:
            _, mark, rest = stream.read(_HEAD).partition(_MARK)
    except OSError:
        return None
    return rest.partition(b'"')[0].decode("ascii", "replace") if mark else None


def _digest(
    fixed: bytes, report: Report, shown: Sequence[str], told_of: Callable[[ConceptResult], str] | None = None
) -> str:
    """Return the digest of what a page is made from, and of what its slots are filled with."""
    told_of = told_of or _told
    made = hashlib.sha256(fixed)
    head = (report.student_id, report.submission_sha256, report.submitted_at, report.notes, list(shown))
    made.update(repr(head).encode("utf-8", "backslashreplace"))
    told = [
        f"({one.id!r}, {one.status!r}, {one.obstacle!r}, [{', '.join([told_of(concept) for concept in one.concepts])}])"
        for one in report.exercises
    ]
    made.update(f"[{', '.join(told)}]".encode("utf-8", "backslashreplace"))
    given = [(concept.score, concept.max_score, concept.override) for _, concept in report.concepts()]
    late = [tuple(vars(one).values()) for one in report.assignments]
    counts = repr((report.score, report.max_score, report.final, late, given))
    filling = hashlib.sha256(counts.encode("utf-8", "backslashreplace"))
    return f"{made.hexdigest()[:32]}-{filling.hexdigest()[:32]}"


def _told_once() -> Callable[[ConceptResult], str]:
    """Return `_told` for the pages of a class: what many reports share is told once."""
    known: dict[int, tuple[ConceptResult, str]] = {}

    def told_of(concept: ConceptResult) -> str:
        if id(concept) not in known:
            known[id(concept)] = concept, _told(concept)  # to keep it keeps its id
        return known[id(concept)][1]

    return told_of


def _told(concept: ConceptResult) -> str:
    """Return what a page tells of the answers to a concept."""
    wrong = [
        (one.id, one.says, one.status, one.cases, one.failed, one.message, one.misconception, one.curves)
        + ((case.snippet, case.expected, case.actual, case.first_divergence) if (case := one.counterexample) else ())
        for one in concept.checks
        if one.status != "passed"
    ]
    return repr((concept.id, concept.title, concept.status, wrong))


def _fixed(course: Course) -> bytes:
    """Return what every page of a course depends on, in few bytes."""
    hints = [(one.id, tuple((concept.id, concept.hints) for concept in one.concepts)) for one in course.exercises]
    templates = files("graders.render").joinpath("templates")
    parts = [templates.joinpath(name).read_bytes() for name in ("student.html", "style.css")]
    return hashlib.sha256(
        b"\0".join(
            [__version__.encode(), repr((course.title, tuple(hints))).encode("utf-8", "backslashreplace"), *parts]
        )
    ).digest()
