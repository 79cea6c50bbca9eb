"""Hand-ins that their place did not take: kept in the student's `.leafgrad/outbox` until they are sent again.

Each is a zip file, which can also be uploaded by hand, and beside it where it goes. The newest of an assignment stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from graders.course.course import Course
from graders.errors import SubmissionError
from graders.files import write_whole
from graders.submission.disk import read_file
from graders.submission.model import Refused
from graders.submit.access import Access
from graders.submit.records import MANIFEST_NAME, Receipt
from graders.submit.sending import addressed, submit, target_at
from graders.submit.target import trouble_at
from graders.submit.zip import ZipTarget

_MOST = 1 << 20


class _Label(BaseModel):
    """What stands beside the zip file of a kept hand-in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal["leafgrad/kept/v1"] = "leafgrad/kept/v1"
    to: str
    assignment: str
    student_id: str
    kept_at: str


@dataclass(frozen=True)
class Kept:
    """A hand-in that waits to be sent.

    Attributes:
        to: Where it goes, as `--to` takes it.
        assignment: What it is for.
        student_id: Whose it is.
        kept_at: When it was kept, ISO 8601 in UTC.
        path: Its zip file.
        files: The student's files as they were then.
    """

    to: str
    assignment: str
    student_id: str
    kept_at: str
    path: Path
    files: Mapping[str, bytes]


def keep(
    files: Mapping[str, bytes],
    where: str,
    *,
    course: Course,
    assignment: str,
    student_id: str,
    project: Path,
    now: datetime,
) -> Path:
    """Keep a hand-in in place of an earlier one for the same assignment; return its zip file.

    Args:
        files: What `collect` returned.
        where: The folder that did not take it.
        course: The course.
        assignment: Id of the assignment.
        student_id: Whose it is.
        project: Its `.leafgrad/outbox` keeps it.
        now: The time.

    Raises:
        SubmissionError: it cannot be kept either.
    """
    path = _outbox(project) / f"{assignment}.zip"
    forget(project, assignment)
    with trouble_at(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    target = ZipTarget(path)
    manifest, sent = addressed(files, target, course, assignment, student_id, now)
    target.deliver(manifest, sent)
    to = str(Path(where).expanduser().absolute())
    label = _Label(to=to, assignment=assignment, student_id=student_id, kept_at=manifest.created_at)
    with trouble_at(path):
        write_whole(_beside(path), label.model_dump_json(indent=1).encode(), Access().make_file)
    return path


def kept_hand_ins(project: Path) -> list[Kept]:
    """Return the hand-ins that wait, by assignment; what is damaged is left out."""
    found = []
    for path in sorted(_outbox(project).glob("*.zip")):
        with suppress(Refused, ValueError, SubmissionError):
            label = _Label.model_validate_json(read_file(_beside(path), _MOST))
            files = ZipTarget(path).files()
            files.pop(MANIFEST_NAME, None)
            found.append(Kept(label.to, label.assignment, label.student_id, label.kept_at, path, files))
    return found


def send(kept: Kept, course: Course, project: Path) -> tuple[Receipt, Path]:
    """Deliver a kept hand-in now, and keep it no longer; return the receipt and where that is kept.

    Raises:
        SubmissionError: it did not work; it is still kept.
    """
    done = submit(
        kept.files,
        target_at(kept.to),
        course=course,
        assignment=kept.assignment,
        student_id=kept.student_id,
        project=project,
    )
    forget(project, kept.assignment)
    return done


def forget(project: Path, assignment: str) -> None:
    """Keep nothing for an assignment any longer."""
    path = _outbox(project) / f"{assignment}.zip"
    with suppress(OSError):
        _beside(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _outbox(project: Path) -> Path:
    return project / ".leafgrad" / "outbox"


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")
