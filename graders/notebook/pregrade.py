"""Grading ahead of nbgrader: while it writes about one student, a process of ours grades the next.

`nbgrader autograde` goes through a class one by one, and half of its time is its own bookkeeping. A report made ahead
counts only if it is on the very files that are handed in once nbgrader has cleaned the notebook; otherwise, and when
the process fails in any way, the notebook is graded where it always was.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from graders.report import Report
from graders.submission import Submission
from graders.submission.model import NOTEBOOK_BYTES

_AHEAD = 4
"""Notebooks that are asked for at a time; what is asked for and not yet read waits in a pipe."""

Name = tuple[str, str]
"""Student and notebook."""


class Ahead:
    """The process that grades ahead.

    Args:
        course: Path of course.yml.
        waiting: The notebooks that nbgrader will come to, by student and name, in its order.
    """

    def __init__(self, course: Path, waiting: list[tuple[Name, str]]) -> None:
        self._waiting = deque(waiting)
        self._asked: deque[Name] = deque()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graders.notebook.pregrade", str(course)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.close = weakref.finalize(self, _end, self._process)
        self._ask()

    def report(self, name: Name, submission: Submission, exercise: str) -> Report | None:
        """Return the report on a notebook, None when there is none or it is on something else.

        Args:
            name: Student and notebook.
            submission: What the notebook hands in after nbgrader has cleaned it.
            exercise: The exercise that was asked for.
        """
        self._come_to(name)
        if not self._asked or self._asked[0] != name:
            return None
        answer = self._answer()
        self._ask()
        if answer.get("identity") != [exercise, *_identity(submission)]:
            return None
        try:
            return Report.model_validate(answer.get("report"))
        except ValidationError:
            return None

    def _come_to(self, name: Name) -> None:
        """Leave out the notebooks before this one, which nbgrader has skipped or given up."""
        if any(name == other for other, _ in self._waiting):
            while self._waiting[0][0] != name:
                self._waiting.popleft()
            while self._asked:
                self._answer()
            self._ask()
        elif name in self._asked:
            while self._asked[0] != name:
                self._answer()

    def _ask(self) -> None:
        """Ask for the next notebooks; when there are none left the process may end."""
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError, ValueError):  # it has ended: nothing is answered any more
            while self._waiting and len(self._asked) < _AHEAD:
                name, path = self._waiting.popleft()
                stream.write(json.dumps([*name, path]).encode() + b"\n")
                self._asked.append(name)
            stream.flush()
            if not self._waiting:
                stream.close()

    def _answer(self) -> dict[str, Any]:
        """Return the answer on the first notebook that was asked for; empty when there is none."""
        self._asked.popleft()
        assert self._process.stdout is not None
        try:
            found = json.loads(self._process.stdout.readline())
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def ahead_of(converter: Any, course: str) -> Ahead | None:
    """Return the process that grades ahead of a run of nbgrader, None where the run has a single notebook.

    Args:
        converter: nbgrader's `Autograde`, which knows by now which notebooks there are.
        course: Path of course.yml, relative to the course directory.
    """
    waiting = list(_waiting(converter))
    return Ahead(Path(converter.coursedir.root, course).resolve(), waiting) if len(waiting) > 1 else None


def _waiting(converter: Any) -> Iterator[tuple[Name, str]]:
    """Yield the notebooks that nbgrader will convert: those not converted yet, or all when it is forced to."""
    directory = converter.coursedir
    pattern = directory.format_path(directory.submitted_directory, "(?P<student>.*)", "(?P<assignment>.*)", escape=True)
    for folder in sorted(converter.assignments):
        found = re.match(pattern, folder)
        if found is None:
            continue
        done = directory.format_path(directory.autograded_directory, found["student"], found["assignment"])
        if converter.force or not Path(done).exists():
            for path in sorted(converter.assignments[folder]):
                yield (found["student"], Path(path).stem), str(Path(path).absolute())


def _identity(submission: Submission) -> list[Any]:
    """Return all of a submission that a report on it depends on."""
    return [submission.sha256, submission.problem, list(submission.notes)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close both pipes, upon which the process ends, and wait for that."""
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        with suppress(OSError):
            stream.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)


def serve(course: Path, asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line that names a notebook with a line that has its report, empty when it cannot be graded."""
    for line in asked:
        try:
            answer = json.dumps(_graded(course, *json.loads(line)))
        except Exception:  # whatever it is, nbgrader's process meets it too, and says it
            answer = "{}"
        answers.write(answer.encode() + b"\n")
        answers.flush()


def _graded(course: Path, student: str, notebook: str, path: str) -> dict[str, Any]:
    from graders.notebook.cell_grader import cell_grader
    from graders.notebook.sources import notebook_hand_in, student_folders

    grading = cell_grader(course, graded=True)
    with Path(path).open("rb") as stream:
        data = stream.read(NOTEBOOK_BYTES + 1)
    folders = student_folders(grading.course, Path(path).parent.resolve())
    submission = notebook_hand_in(grading.course, notebook, data, folders, student)
    report = grading.report(submission, notebook)
    return {"identity": [notebook, *_identity(submission)], "report": report.model_dump(mode="json")}


def _main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may be printed among the answers
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(Path(sys.argv[1]), sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
