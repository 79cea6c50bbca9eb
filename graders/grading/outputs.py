"""Writing what a graded class is summed up in: the tables, the page of the class and the pages of the students.

A run that changes nothing writes nothing: the cache knows what the tables were made from, and how they were left.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from graders.banks.fingerprint import package_fingerprint
from graders.course.course import Course
from graders.files import write_whole
from graders.grading.aside import Faults, aside
from graders.grading.attention import Attention, of_fault
from graders.grading.changes import Change
from graders.grading.faults import Fault, attempt, keep_trace
from graders.grading.feedback import FOLDER, write_pages
from graders.grading.stamp import digest_of, stamp_of
from graders.grading.tables import tables
from graders.report import Report
from graders.submission.model import safe_name


def write_tables(
    out: Path,
    course: Course,
    reports: Sequence[Report],
    ungraded: Sequence[str] = (),
    attention: Sequence[Attention] = (),
    changed: Sequence[Change] = (),
    beside: bool = False,
) -> Iterator[Attention]:
    """Write the students' pages and all tables of `tables`, unless they are there as they would be written.

    Args:
        out: Folder of the graded class, in which the reports lie as they are given.
        course: The course.
        reports: Of the students who are graded.
        ungraded: Ids of the others.
        attention: What somebody must look at.
        changed: Who has other points than before.
        beside: Whether pages may be written by further processes; only where no thread is running.

    Yields:
        A line on each that could not be written.
    """
    names = [f"{safe_name(report.student_id)}" for report in reports]
    made = tables(course, reports, ungraded, tuple(attention), changed)
    ours = [*(out / name for name in made), *(out / FOLDER / f"{name}.html" for name in names)]
    kept = [out / "reports" / f"{name}.json" for name in names]
    heads = [(one.student_id, one.score, one.final, one.submitted_at, one.notes, one.signals) for one in reports]
    told = [repr(course), repr(heads), repr(ungraded), repr(attention), package_fingerprint()]
    before = digest_of(kept, told)
    stamp = stamp_of(out, "tables")
    if not changed and _read(stamp) == {"from": before, "left": digest_of(ours)}:
        return
    with suppress(OSError):
        stamp.unlink(missing_ok=True)
    pages = (aside if beside else _later)(lambda: list(write_pages(out, course, reports)))
    faults = [(name, name, fault) for name, make in made.items() if (fault := _write_table(out / name, make))]
    faults += _of_pages(pages())
    for said, name, fault in faults:
        yield of_fault(said, fault, keep_trace(out, name, fault), "unwritten")
    if not faults and not changed and before:
        with suppress(OSError):
            stamp.parent.mkdir(parents=True, exist_ok=True)
            write_whole(stamp, json.dumps({"from": before, "left": digest_of(ours)}).encode())


def _of_pages(unwritten: Sequence[tuple[str, Fault]]) -> Iterator[tuple[str, str, Fault]]:
    """Yield one fault for all pages that could not be written for the same reason."""
    for why in dict.fromkeys(found.why for _, found in unwritten):
        (who, first), *more = [(who, found) for who, found in unwritten if found.why == why]
        yield f"page of {who}" + (f" and {len(more)} more" if more else ""), f"page-{safe_name(who)}", first


def _later(work: Callable[[], Faults]) -> Callable[[], Faults]:
    return work


def _write_table(path: Path, make: Callable[[], str]) -> Fault | None:
    return attempt(lambda: write_whole(path, make().encode("utf-8", "backslashreplace")))


def _read(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_bytes())
    except (OSError, ValueError):
        return None
