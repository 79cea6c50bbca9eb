"""What an instructor must look at after a batch: who, why, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graders.explain import CANNOT_LOAD
from graders.faults import Fault
from graders.grade import HandIn
from graders.report import ExerciseResult, Report


@dataclass(frozen=True)
class Attention:
    """One line of what needs attention. All texts may hold words of a student's.

    Attributes:
        who: Student id, or the name of a file of the batch.
        why: What happened, in a sentence.
        what: What to do about it, in a sentence.
        ours: Whether it is a fault of ours or of the machine, not of the hand-in.
    """

    who: str
    why: str
    what: str
    ours: bool = False


def of_hand_in(submission: HandIn, report: Report) -> Iterator[Attention]:
    """Yield what is odd about a hand-in as a whole, or about one exercise of it."""
    who = submission.student_id
    if submission.problem:
        yield Attention(who, submission.problem, "Ask for the files again.")
        return
    if all(exercise.status == "not_started" for exercise in report.exercises):
        yield Attention(who, "Nothing in it can be graded: no exercise is begun.", "Ask for the files again.")
        return
    for exercise in report.exercises:
        if why := _cannot_load(exercise):
            yield Attention(who, why, "Ask for a file that can be loaded.")
        elif why := _broke_off(exercise):
            yield Attention(who, f"{exercise.id}: {why}", "Look at the file.")


def of_fault(who: str, fault: Fault, trace: Path | None) -> Attention:
    """Return the line on something that could not be done, through no fault of the student's."""
    where = f"The traceback is in {trace}." if trace else "There was no room for the traceback."
    return Attention(who, fault.why, f"{where} Run the same command again.", ours=True)


def _cannot_load(exercise: ExerciseResult) -> str:
    said = (check.message for concept in exercise.concepts for check in concept.checks)
    return next((message for message in said if message.startswith(f"{exercise.id}.py {CANNOT_LOAD}")), "")


def _broke_off(exercise: ExerciseResult) -> str:
    """Return why answers of the exercise stayed away where that is no ordinary mistake, else nothing.

    One concept out of time is a loop without an end; several with one sentence are a budget that was spent.
    """
    late: Counter[str] = Counter()
    for concept in exercise.concepts:
        said = next((check.message for check in concept.checks if check.status == concept.status), "")
        if concept.status == "crashed":
            return said
        late[said] += concept.status == "timeout"
    return next((said for said, count in late.items() if count > 1), "")
