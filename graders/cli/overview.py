"""What `leafgrad submit` shows before it asks: when it is due, each file with its points, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graders.course.course import Assignment, Course
from graders.course.due import aware, due_text
from graders.course.extras import gradable
from graders.grading.attention import of_files, untouched_stubs
from graders.grading.grade import Files
from graders.grading.late import share_lost
from graders.render.concept import points
from graders.report import Report
from graders.submission.clues import clues_of
from graders.submit import as_graded
from graders.text import plain


@dataclass(frozen=True)
class Overview:
    """A hand-in before it is sent.

    Attributes:
        course: The course.
        assignment: What it is for.
        exercises: Ids of the exercises that are sent.
        files: The student's files, and those that are sent along since these build on them.
        misnamed: Sentences on files that are named almost like an exercise which has none.
        now: The time.
    """

    course: Course
    assignment: Assignment
    exercises: Sequence[str]
    files: Mapping[str, bytes]
    misnamed: Sequence[str]
    now: datetime

    @property
    def missing(self) -> list[str]:
        """The exercises that are sent and have no file, as names of files."""
        return [f"{one}.py" for one in self.exercises if not self.of(one)]

    @property
    def along(self) -> list[str]:
        """The files that are sent along, since what is handed in builds on them."""
        return sorted(name for name in self.files if name.partition(".")[0] not in self.exercises)

    def of(self, exercise: str) -> list[str]:
        """Return the names of the files of an exercise."""
        return [name for name in (f"{exercise}.py", f"{exercise}.ipynb") if name in self.files]


def show_overview(seen: Overview) -> None:
    """Grade what is about to be sent, under the public key, and print it."""
    for line in heading(seen):
        print(line)
    report, attention = graded(seen)
    scores = {exercise.id: exercise for exercise in report.exercises}
    wide = max(len(name) for one in seen.exercises for name in (*seen.of(one), f"{one}.py", *seen.along))
    for exercise in seen.exercises:
        score = scores.get(exercise)
        said = f"{points(score.score)} of {points(score.max_score)} points here" if score else "not graded here"
        for name in seen.of(exercise):
            print(f"  {name:{wide}}  {len(seen.files[name]):7} bytes  {said}")
        if not seen.of(exercise):
            print(f"  {f'{exercise}.py':{wide}}  MISSING: it earns 0")
    for name in seen.along:
        print(f"  {name:{wide}}  {len(seen.files[name]):7} bytes  sent along for what builds on it")
    for sentence in (*seen.misnamed, *attention):
        print(f"  Needs your attention: {plain(sentence)}")


def heading(seen: Overview) -> Iterator[str]:
    """Yield which assignment it is, when it is due, what being late costs, and what else it asks for."""
    assignment = seen.assignment
    due = f", due {due_text(assignment.due, seen.now)}" if assignment.due else ""
    yield f"{assignment.id}: {plain(assignment.title)}{due}"
    if assignment.due and seen.now > aware(assignment.due):
        lost = share_lost(assignment, seen.now)
        yield f"  LATE: {f'{100 * lost:.0f}% of its points are taken off' if lost else 'nothing is taken off'}."
    rest = [one for one in assignment.exercises if one not in seen.exercises]
    if rest:
        yield f"  It asks for {', '.join(rest)} too; what you handed in of these before stays."


def _judged_with_others(seen: Overview, report: Report) -> Iterator[str]:
    """Yield a sentence on each concept that is judged with files which the assignment does not ask for."""
    for exercise, concept in report.concepts():
        address = f"{exercise.id}.{concept.id}"
        needed = {name.partition(".")[0] for name in seen.course.concept(address)[1].requires}
        others = [one for one in seen.course.exercise_ids if one in needed and not seen.of(one)]
        if others and concept.status == "skipped":
            worth, what = points(concept.max_score), ", ".join(f"{one}.py" for one in others)
            here = set(others) <= set(seen.assignment.exercises)
            do = "Hand that in too." if here else "Put that into your folder, and it is sent along."
            yield f"{address} ({worth} points) builds on {what}, which is not sent. {do}"


def graded(seen: Overview) -> tuple[Report, list[str]]:
    """Return the report on what is about to be sent, and sentences on what earns nothing and why."""
    from graders.cli.progress import counting
    from graders.grading.session import Session

    files = as_graded(seen.files, seen.course.exercise_ids, clues_of(seen.course))
    here, without = gradable(seen.course, [one for one in seen.exercises if f"{one}.py" in files])
    with counting() as progress, Session(seen.course, only=here, progress=progress) as session:
        report = session.grader.grade(Files(files), here)
    attention = [f"{one.why} {one.mend}" for one in of_files("you", files, report, seen.course)]
    attention += [*untouched_stubs(files, seen.exercises, seen.course), *_judged_with_others(seen, report)]
    if without:
        attention.append(f"{without} It is handed in all the same.")
    return report, attention
