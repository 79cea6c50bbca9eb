"""What goes with a hand-in, the manifest, and what the student keeps of it, the receipt: both plain JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from graders.submission.times import format_time

MANIFEST_NAME = "leafgrad-manifest.json"

_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
_FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,199}$")]
_Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_\-]{0,99}$")]
_StudentId = Annotated[str, Field(pattern=r"^[\w][\w.@\-]{0,99}$")]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def to_json(self) -> bytes:
        """Return the record as JSON text; equal records give equal bytes."""
        return (self.model_dump_json(indent=2) + "\n").encode()


class SentFile(_Record):
    """One file as it was handed in.

    Attributes:
        sha256: Digest of its content.
        size: Length of its content in bytes.
        sent_at: When it was handed in, ISO 8601 in UTC.
        copy_of: The student's file that this one repeats for another reader; None for the student's own files.
    """

    sha256: _Sha256
    size: int = Field(ge=0)
    sent_at: _Time
    copy_of: _FileName | None = None


class Manifest(_Record):
    """Everything that one student has handed in for one assignment.

    Attributes:
        student_id: The folder that the hand-in goes to, so it is a plain word: letters, digits, `_ . @ -`.
        grader_version: Version of leafgrad that sent it.
        created_at: When it was sent, ISO 8601 in UTC.
        files: Sorted by name.
    """

    format: Literal["leafgrad/manifest/v1"] = "leafgrad/manifest/v1"
    course: str
    assignment: _Slug
    student_id: _StudentId
    grader_version: str
    created_at: _Time
    files: dict[_FileName, SentFile] = Field(min_length=1)

    def describes(self, files: Mapping[str, bytes]) -> bool:
        """Return whether each of `files` is in the manifest with the same content."""
        return all(name in self.files and self.files[name].sha256 == sha256(data) for name, data in files.items())

    def is_for(self, other: Manifest) -> bool:
        """Return whether both are of the same student, course and assignment."""
        return all(getattr(self, name) == getattr(other, name) for name in ("course", "assignment", "student_id"))

    def after(self, earlier: Manifest | None) -> Manifest:
        """Return this manifest with the files that were handed in earlier and are not sent again."""
        files = {**(earlier.files if earlier else {}), **self.files}
        return self.model_copy(update={"files": dict(sorted(files.items()))})


class Receipt(_Record):
    """What the student keeps: where the files went, and the manifest that lies beside them there.

    A receipt is not signed: it lets the student and the instructor find out whether the delivered files are still
    those that were sent, and what counts in a dispute is the delivered copy.
    """

    format: Literal["leafgrad/receipt/v1"] = "leafgrad/receipt/v1"
    target: Literal["folder", "zip"]
    place: str
    manifest: Manifest

    @property
    def name(self) -> str:
        """File name of the receipt; the same hand-in always has the same."""
        when = self.manifest.created_at.translate({ord(char): None for char in "-:"})
        return f"{self.manifest.assignment}-{when}-{sha256(self.to_json())[:8]}.json"


def make_manifest(
    files: Mapping[str, bytes],
    *,
    course: str,
    assignment: str,
    student_id: str,
    version: str,
    now: datetime,
    copies: Mapping[str, str] | None = None,
) -> Manifest:
    """Return the manifest of files that are about to be sent.

    Args:
        files: Name to content.
        course: Id of the course.
        assignment: Id of the assignment.
        student_id: Whose they are.
        version: Of leafgrad.
        now: Time of the hand-in.
        copies: Name of a file to the name of the one that it repeats.

    Raises:
        ValueError: a name or an id is not a plain word, or there are no files (pydantic's ValidationError).
    """
    when = format_time(now)
    sent = {
        name: SentFile(sha256=sha256(data), size=len(data), sent_at=when, copy_of=(copies or {}).get(name))
        for name, data in sorted(files.items())
    }
    return Manifest(
        course=course, assignment=assignment, student_id=student_id, grader_version=version, created_at=when, files=sent
    )


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` as hex digits."""
    return hashlib.sha256(data).hexdigest()
