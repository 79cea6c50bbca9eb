"""Hand-ins that somebody must look at: who, why, and what to do. Nobody gets a silent 0.

unreadable   nothing of it could be read: broken or empty archives, no file of the course
missing      a file of the hand-in was not read, and the exercise that it may be has none
untouched    every file is the untouched stub
empty        a file holds no code
load         a file cannot be loaded
broke off    the process ended, or the time of the exercise ran out
zero         an exercise is written and earns nothing
late         the course's rule for late work leaves nothing
absent       a student of the roster without a hand-in
unknown      a hand-in of somebody whom the roster does not have
ours         not graded, through a fault of ours or of the machine
unwritten    a table or a page that could not be written, through a fault of ours or of the machine
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.course.course import Course
from graders.grading.faults import DISK_FULL, Fault
from graders.judging.obstacle import place
from graders.report import ExerciseResult, Obstacle, Report
from graders.submission.clues import Clues, clues_of, code_lines
from graders.submission.model import Submission

_MUCH = 3
"""Lines of a file, beyond those of the stub, from which on it counts as written."""


@dataclass(frozen=True)
class Attention:
    """One line of what needs attention. All texts may hold words of a student's.

    Attributes:
        who: Student id, or the name of a file of the batch.
        why: What happened, in a sentence.
        what: What the instructor does about it, in a sentence.
        kind: One of the kinds in the docstring of this module.
        exercise: Id of the exercise; empty where it is the hand-in as a whole.
        mend: What the student does about it; empty where that is the same.
    """

    who: str
    why: str
    what: str
    kind: str
    exercise: str = ""
    mend: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is a fault of ours or of the machine, not of the hand-in."""
        return self.kind in ("ours", "unwritten")


def of_hand_in(
    submission: Submission, report: Report, course: Course, clues: Clues | None = None
) -> Iterator[Attention]:
    """Yield what is odd about a hand-in as a whole, or about one exercise of its settled report.

    Args:
        submission: The hand-in.
        report: On it.
        course: The course.
        clues: Of the course, where they are known: the stubs in them are read once.
    """
    who = submission.student_id
    if submission.problem:
        yield Attention(who, submission.problem, "Ask for the files again.", "unreadable")
        return
    found = [
        *_unread(submission, report),
        *of_files(who, submission.files, report, course, clues),
    ]
    if not found and not any(map(_begun, report.exercises)):
        found = [_nothing_begun(submission, report)]
    yield from found
    yield from late(report)


def of_files(
    who: str, files: Mapping[str, bytes], report: Report, course: Course, clues: Clues | None = None
) -> Iterator[Attention]:
    """Yield what keeps the exercises that somebody has written from being judged, or from earning anything."""
    clues = clues or clues_of(course)
    for exercise in report.exercises:
        earns = f"earns 0 of {exercise.max_score:g} points"
        zero = f"{exercise.id} is written and {earns}"
        source = files.get(f"{exercise.id}.py")
        if source is not None and not code_lines(source):
            what = "holds no code" if source.strip() else "is empty"
            mend = f"Get the stub back: leafgrad reset {exercise.id}"
            yield Attention(
                who, f"{exercise.id} {what}; it {earns}.", "Ask for the file again.", "empty", exercise.id, mend
            )
        elif exercise.obstacle:
            yield _cannot_load(who, exercise, exercise.obstacle)
        elif why := _broke_off(exercise):
            mend = "Look for an endless loop, and for work repeated on every path through the graph."
            yield Attention(who, f"{exercise.id}: {why}", "Look at the file.", "broke off", exercise.id, mend)
        elif _begun(exercise) and not exercise.score and exercise.max_score:
            what = "Look at the file: one mistake may be behind all of it."
            mend = f"Begin with: leafgrad check {exercise.id}"
            yield Attention(who, f"{zero}: {_first_sentence(exercise)}", what, "zero", exercise.id, mend)
        elif exercise.status == "not_started" and _written(source or b"", exercise.id, clues):
            why = f"{zero}: each function still raises NotImplementedError."
            mend = "Remove the lines `raise NotImplementedError` of the stub from what you have written."
            yield Attention(who, why, "Look at the file.", "zero", exercise.id, mend)


def untouched_stubs(files: Mapping[str, bytes], exercises: Sequence[str], course: Course) -> Iterator[str]:
    """Yield a sentence for each exercise whose file is the untouched stub."""
    clues = clues_of(course)
    for exercise in exercises:
        if f"{exercise}.py" in files and clues.is_stub(exercise, files[f"{exercise}.py"]):
            yield f"{exercise}.py is still the untouched stub: it earns 0."


def of_fault(who: str, fault: Fault, trace: Path | None, kind: str = "ours") -> Attention:
    """Return the line on something that could not be done, through no fault of the student's."""
    full = fault.why == DISK_FULL
    where = f"The traceback is in {trace}. " if trace else "" if full else "There was no room for the traceback. "
    return Attention(
        who, fault.why, f"{where}{'Make room on it, then run' if full else 'Run'} the same command again.", kind
    )


def of_roster(
    students: Iterable[str], handed_in: Iterable[str], strangers: Sequence[Attention] = ()
) -> Iterator[Attention]:
    """Yield a line on each student of a roster whose hand-in was not found.

    Args:
        students: Ids, or ids to names.
        handed_in: Ids.
        strangers: What `of_strangers` says of them.
    """
    nothing = "has no hand-in that is known to be theirs" if strangers else "handed in nothing"
    what = "First find out whose the unknown hand-ins are." if strangers else "Ask, if you did not expect that."
    names = students if isinstance(students, Mapping) else {}
    for student in sorted(set(students) - set(handed_in)):
        name = names.get(student)
        why = f"{f'{name} is in' if name else 'In'} the roster, but {nothing}."
        yield Attention(student, why, what, "absent")


def of_strangers(students: Collection[str], handed_in: Iterable[str], file: str) -> Iterator[Attention]:
    """Yield a line on each hand-in of somebody who is not in the roster; `file` is its name."""
    for student in handed_in:
        if student not in students:
            what = "Add a row, or put this id into the column login of the student's row."
            yield Attention(student, f"Handed in, but {file} does not say who this is.", what, "unknown")


def headline(attention: Sequence[Attention]) -> str:
    """Return `"3 hand-ins need your attention"`, and so for none and for one; tables are no hand-ins."""
    count = len({one.who for one in attention if one.kind != "unwritten"})
    if attention and not count:
        return "Not everything could be written"
    if not count:
        return "No hand-in needs your attention"
    return f"{count} hand-in{'s need' if count > 1 else ' needs'} your attention"


def _cannot_load(who: str, exercise: ExerciseResult, obstacle: Obstacle) -> Attention:
    where = f" ({place(obstacle)})" if place(obstacle) else ""
    why = f"{exercise.id}.py cannot be loaded: {obstacle.says}{where}; it earns 0 of {exercise.max_score:g} points."
    return Attention(who, why, "Ask for a file that can be loaded.", "load", exercise.id, obstacle.advice)


def _broke_off(exercise: ExerciseResult) -> str:
    """Return why answers of the exercise stayed away where that is no ordinary mistake, else nothing.

    One concept out of time is a loop without an end; several with one sentence are a budget that was spent.
    """
    late: Counter[str] = Counter()
    for concept in exercise.concepts:
        said = next((check.message for check in concept.checks if check.status == concept.status), "")
        if concept.status == "crashed":
            return said
        late[said] += concept.status in ("timeout", "memory")
    return next((said for said, count in late.items() if count > 1), "")


def _first_sentence(exercise: ExerciseResult) -> str:
    """Return what the first failed check of an exercise says."""
    checks = [check for concept in exercise.concepts for check in concept.checks if check.status != "passed"]
    told = [check.message for check in checks if check.message and check.status not in ("skipped", "not_started")]
    return (told or [check.message for check in checks if check.message] or ["nothing passes."])[0]


def _begun(exercise: ExerciseResult) -> bool:
    return exercise.status not in ("not_started", "skipped")


def _written(source: bytes, exercise: str, clues: Clues) -> bool:
    """Return whether a file holds noticeably more than its stub."""
    stub = clues.stubs.get(exercise) if source else None
    return stub is not None and len(code_lines(source)) >= len(code_lines(stub)) + _MUCH


def _nothing_begun(submission: Submission, report: Report) -> Attention:
    who, files = submission.student_id, [f"{exercise.id}.py" for exercise in report.exercises]
    given = [name for name in files if name in submission.files]
    if not given:
        return Attention(who, f"There is no file for {_listed(files)}.", "Ask for the files again.", "missing")
    stubs = "is the untouched stub" if len(given) == 1 else "are untouched stubs"
    why = f"Nothing is written: {_listed(given)} {stubs}."
    return Attention(who, why, "Ask whether these are the right files.", "untouched")


def _unread(submission: Submission, report: Report) -> Iterator[Attention]:
    """Yield a line when a file was refused while an exercise of the report has none."""
    without = [exercise.id for exercise in report.exercises if f"{exercise.id}.py" not in submission.files]
    if without and submission.refusals:
        told = [note for note in submission.refusals if any(exercise in note for exercise in without)]
        what = f"Ask for the file again: there is none for {_listed(without)}."
        yield Attention(submission.student_id, (told or submission.refusals)[0], what, "missing")


def late(report: Report) -> Iterator[Attention]:
    """Yield a line for each assignment of a settled report of which the rule for late work leaves nothing."""
    for one in report.assignments:
        if one.penalty and one.penalty >= one.score and one.due and one.submitted_at:
            why = (
                f"{one.id} was due on {one.due[:10]} and handed in on {one.submitted_at[:10]}: the rule for late work "
                f"leaves nothing of its {round(one.score, 2):g} points."
            )
            yield Attention(who=report.student_id, why=why, what="Check for an extension.", kind="late")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
