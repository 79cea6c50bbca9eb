"""What a reader hands to the grader: one student's exercise files as bytes, and what there is to say about them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SOURCE_BYTES = 256 * 1024
"""Longest Python source that is graded: the course's solutions are fifty times shorter."""

NOTEBOOK_BYTES = 8 * 1024 * 1024
"""Largest notebook that is opened; nearly all of a bigger one is outputs, which are not graded."""

ARCHIVE_BYTES = 32 * 1024 * 1024
"""Largest archive file that is opened, and the most that one archive may hold when unpacked."""

ENTRIES = 2000
"""Most entries of a folder or an archive that are looked at."""

DEPTH = 8
"""How many folders below the top exercise files are searched: `work.zip` often holds `work/exercises/`."""

NESTED = 2
"""How many archives inside of archives are opened, one in the other."""

_SAFE = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,46}[a-z0-9_])?")
_TAGGED = re.compile(r"-[0-9a-f]{12}$")
_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


class Refused(Exception):
    """A file or an archive is not read; the message is the sentence for the person who handed it in."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes:
        student_id: As it is shown: control and invisible characters are escaped. Never use it as a path.
        files: Exercise file name, `"ex02_closures.py"` for example, to the bytes that are graded. A notebook is
            here as the text of its code cells.
        sha256: Hex digest of `files`, see `digest`.
        submitted_at: ISO 8601 in UTC, the latest of `times`, or None where no time is known.
        notes: Sentences about what was renamed, left out or refused.
        problem: One sentence when nothing in it can be graded, otherwise None.
        times: Exercise file name to its time of submission, for the files whose time is known.
        refusals: Those of the notes that are about files which could have been exercises and cannot be read.
        only: Addresses of the concepts that are graded; None for all that are asked for.
        earlier: What the student had handed in at each attempt before, the first one first, where a download has them.
        along: Exercise file name to the files that came with it and are no hand-ins of their own exercises, since
            their assignment does not ask for them. Left out: what `files` holds byte for byte.
    """

    student_id: str
    files: Mapping[str, bytes]
    sha256: str
    submitted_at: str | None = None
    notes: tuple[str, ...] = ()
    problem: str | None = None
    times: Mapping[str, str] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    earlier: tuple[Submission, ...] = ()
    along: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def files_for(self, exercise: str) -> Mapping[str, bytes]:
        """Return the files that an exercise is judged with: what came along with it before the student's others."""
        return {**self.files, **self.along.get(f"{exercise}.py", {})}

    @property
    def safe_name(self) -> str:
        """A name for this student's report files: a valid file name everywhere, different for different ids."""
        return safe_name(self.student_id)


def digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of names and contents, as 64 hex digits.

    For each file, sorted by name, the digest is fed the name in UTF-8, a zero byte, the length in decimal digits, a
    zero byte, and the content.
    """
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + str(len(files[name])).encode() + b"\0")
        total.update(files[name])
    return total.hexdigest()


def safe_name(student_id: str) -> str:
    """Return a file name that stands for `student_id`, of at most 61 characters out of `a-z 0-9 _ . -`.

    Plain lower-case ids stay as they are. All others keep what is harmless in them and get a tag made of their hash,
    so that `Alice` and `alice` remain two files on a file system that ignores case.
    """
    plain = _SAFE.fullmatch(student_id) and ".." not in student_id
    if plain and not _WINDOWS.fullmatch(student_id) and not _TAGGED.search(student_id):
        return student_id
    tag = hashlib.sha256(student_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    stem = re.sub(r"[^a-z0-9]+", "-", student_id.lower()).strip("-")[:48].strip("-")
    return f"{stem or 'student'}-{tag}"
