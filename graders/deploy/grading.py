"""One hand-in graded on a platform's machine, in the sandbox or, where that has no walls, as another user."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graders.banks.store import BankStore
from graders.course.bind import bind
from graders.course.course import Course, load_course
from graders.course.keys import FILE_NAME as KEY_FILE
from graders.deploy.bundle import RECORD
from graders.errors import CourseError, EnvironmentTrouble
from graders.grading.executors.plan import Plan
from graders.grading.executors.process import Crew
from graders.grading.faults import Fault, attempt, fault_of
from graders.report import Report
from graders.sandbox.probe import probe
from graders.submission import Submission, read_submission
from graders.submission.defines import course_clues

_REPORT, _FAULT = b"R", b"F"
_CACHE = Path(".leafgrad", "cache")
_NOWHERE = Path("/nonexistent")


@dataclass(frozen=True)
class Placed:
    """A course as `leafgrad deploy` wrote it, on the machine where it grades.

    Attributes:
        course: The course.
        key: What stands for its secret key, if it has one.
        assignment: The assignment that is graded; None for the whole course.
        visibility: When students see the results.
    """

    course: Course
    key: str | None
    assignment: str | None
    visibility: str

    @property
    def only(self) -> Sequence[str] | None:
        """The exercises that are graded; None for all."""
        return self.course.assignment(self.assignment).exercises if self.assignment else None

    @property
    def store(self) -> BankStore:
        """Its banks, kept beside it."""
        return BankStore(self.course, self.key, self.course.folder / _CACHE)


def placed(folder: Path) -> Placed:
    """Return the course in a folder that `leafgrad deploy` wrote.

    Raises:
        CourseError: something in it is missing or broken.
    """
    course = load_course(folder)
    try:
        settings = json.loads((folder / RECORD).read_bytes())
        assignment, visibility = settings["assignment"], settings["visibility"]
        kept = folder / KEY_FILE
        key = kept.read_text(encoding="ascii").strip() if kept.is_file() else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{folder / RECORD} cannot be read: {error}.", "Write it with `leafgrad deploy`.") from None
    return Placed(course, key, assignment, visibility)


def grade_one(place: Placed, hand_in: Path) -> Report | Fault:
    """Return the report on one student's file or folder, or the fault of ours that prevents it.

    Read and graded is what `leafgrad grade` would read and grade. Nothing is raised.
    """
    made = attempt(lambda: _made(place, hand_in))
    if isinstance(made, bytes):
        return Report.model_validate_json(made)
    return made


def _made(place: Placed, hand_in: Path) -> bytes | Fault:
    store = place.store
    plan = Plan(place.course, store, place.only)
    bind(place.course, plan.exercises())
    with course_clues(place.course, list(place.only or ())) as clues:
        submission = read_submission(hand_in, place.course.exercise_ids, "hand-in", clues)
    store.prepare(plan.exercises([submission]))
    if probe().level != "portable":
        return _graded(plan, submission)
    if not can_change_user():
        raise EnvironmentTrouble(*no_walls())
    return _graded_as_another_user(_in_memory(plan, submission), submission)


def _graded(plan: Plan, submission: Submission) -> bytes | Fault:
    crew = Crew(plan)
    try:
        return crew.grade(submission)
    finally:
        crew.close()


def can_change_user() -> bool:
    """Return whether this process can hand the grading to a user who owns nothing."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def no_walls() -> tuple[str, str]:
    """Return what to say of a machine on which nothing keeps the student's code from the cases."""
    return (
        "This machine has no kernel walls, and not being root, leafgrad cannot run the student's code as another user.",
        "Run it as root, or on Linux 5.13 or newer with Landlock.",
    )


def walls() -> list[str]:
    """Return what keeps the student's code from the cases and the results here, and what does not."""
    said = probe().explain()
    if probe().level == "portable":
        said += (
            ["The student's code runs as a user of its own, who can read neither the cases nor the results."]
            if can_change_user()
            else [" ".join(no_walls())]
        )
    return said


def _graded_as_another_user(plan: Plan, submission: Submission) -> bytes | Fault:
    """Grade in a child process that has the banks in memory and the rights of a user whom nobody knows.

    A process that gave up its user can be neither traced nor read by others of the new user: Linux takes away
    "dumpable" then. So the student's code, which is that user's too, reaches no case in it.
    """
    from graders.sandbox.namespaces import spare_ids

    user = spare_ids()[0]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reading)
            _send(writing, _given_up(user, plan, submission))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    if said[:1] == _REPORT:
        return said[1:]
    if said[:1] == _FAULT:
        return Fault(**json.loads(said[1:]))
    raise EnvironmentTrouble("The process that grades was ended from outside.", "Run the autograder again.")


def _in_memory(plan: Plan, submission: Submission) -> Plan:
    """Return a plan that looks for nothing in the course's folder, which its user may not enter."""
    course = plan.course.model_copy(update={"path": _NOWHERE / plan.course.path.name})
    store = BankStore(course, plan.store.key, _NOWHERE)
    for name in plan.exercises([submission]):
        store.adopt(name, plan.store.banks(name))
    return replace(plan, course=course, store=store)


def _given_up(user: int, plan: Plan, submission: Submission) -> bytes | Fault:
    try:
        os.chdir("/")
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        return _graded(plan, submission)
    except Exception as error:
        return fault_of(error)


def _send(writing: int, made: bytes | Fault) -> None:
    told: dict[str, Any] = {} if isinstance(made, bytes) else {"why": made.why, "trace": made.trace}
    with os.fdopen(writing, "wb") as stream:
        stream.write(_REPORT + made if isinstance(made, bytes) else _FAULT + json.dumps(told).encode())
