"""Which times of submission are believed: those that a platform or the file system vouches for."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from handins import CODE, EXERCISES, zipped
from planted import ALICE, MALLORY, ROSTER, TEACHER, needs_root, plant

from graders.submission import find_submissions
from graders.submission.clues import NO_CLUES, Clues

EARLY = b"2020-01-01 00:00:00 UTC"


def stamped(root: Path, *students: str, stamp: bytes = EARLY, assignment: str = "scalars") -> None:
    for student in students:
        place = root / student / assignment
        place.mkdir(parents=True)
        (place / "ex02_closures.py").write_bytes(CODE)
        (place / "timestamp.txt").write_bytes(stamp)


def time_of(
    root: Path, student: str = "mallory", assignment: str | None = None, clues: Clues = NO_CLUES
) -> tuple[str | None, str]:
    """Return a student's time and notes."""
    found = find_submissions(root, EXERCISES, assignment, clues)
    (one,) = [one for one in found if one.student_id == student]
    assert one.files
    return one.submitted_at, " ".join(one.notes)


def test_a_time_among_a_students_own_files_is_not_believed(tmp_path: Path) -> None:
    stamped(tmp_path, "mallory")
    for honest in ("alice", "bob"):
        (tmp_path / honest).mkdir()
        (tmp_path / honest / "ex02_closures.py").write_bytes(CODE)
    for assignment in (None, "scalars"):
        when, said = time_of(tmp_path, "mallory", assignment)
        assert when is None and "scalars/timestamp.txt is among the student's own files" in said
    names = [one.student_id for one in find_submissions(tmp_path, EXERCISES, "scalars")]
    assert names == ["alice", "bob", "mallory"], "a folder of one student's leaves nobody out"


@pytest.mark.parametrize("place", ["mallory/scalars/deep", "mallory/scalars/.git", "mallory"])
def test_only_the_file_in_the_assignments_folder_counts(tmp_path: Path, place: str) -> None:
    (tmp_path / "nbgrader_config.py").touch()
    stamped(tmp_path / "submitted", "alice")
    (tmp_path / "submitted" / "mallory" / "scalars").mkdir(parents=True)
    (tmp_path / "submitted" / "mallory" / "scalars" / "ex02_closures.py").write_bytes(CODE)
    (tmp_path / "submitted" / place).mkdir(exist_ok=True)
    (tmp_path / "submitted" / place / "timestamp.txt").write_bytes(EARLY)
    assert time_of(tmp_path)[0] is None and time_of(tmp_path, "alice")[0] == "2020-01-01T00:00:00Z"


def test_a_time_in_an_archive_never_counts(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").touch()
    packed = zipped({"scalars/ex02_closures.py": CODE, "scalars/timestamp.txt": EARLY})
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "mallory.zip").write_bytes(packed)
    assert time_of(tmp_path)[0] is None


def test_the_form_of_the_whole_class_makes_it_nbgraders(tmp_path: Path) -> None:
    stamped(tmp_path, "alice", "mallory")
    assert time_of(tmp_path)[0] == "2020-01-01T00:00:00Z"
    assert time_of(tmp_path, clues=Clues(assignments={"tensors": ()}))[0] is None, "no assignment of the course"
    (tmp_path / "bob" / "hw").mkdir(parents=True)
    (tmp_path / "bob" / "hw" / "ex02_closures.py").write_bytes(CODE)
    assert time_of(tmp_path)[0] is None, "bob's folder has another form"


def when(minutes: float) -> bytes:
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S} UTC".encode()


@needs_root
@pytest.mark.parametrize(
    ("minutes", "believed"), [(0, True), (-2, True), (-30, False), (-60 * 24 * 40, False), (5, True)]
)
def test_a_students_own_time_counts_where_the_file_system_confirms_it(
    tmp_path: Path, minutes: float, believed: bool
) -> None:
    for student, owner in (("alice", ALICE), ("mallory", MALLORY)):
        stamp = when(minutes if student == "mallory" else 0)
        files = {"ex02_closures.py": CODE, "timestamp.txt": stamp}
        plant(tmp_path, {f"{student}/scalars/{name}": (data, owner) for name, data in files.items()})
        for path in (tmp_path / student / "scalars").iterdir():
            os.utime(path, (time.time() - 9e6, time.time() - 9e6))
    got, said = time_of(tmp_path)
    assert bool(got) == believed and ("changed later" in said) != believed
    assert time_of(tmp_path, "alice")[0]


@needs_root
def test_what_a_course_has_collected_is_believed_whoever_collected_it(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").touch()
    collectors = {"alice": TEACHER, "bob": 61009, "mallory": 61009, "zoe": 61008}
    files = {
        f"{student}/scalars/{name}": (data, collector)
        for student, collector in collectors.items()
        for name, data in (("ex02_closures.py", CODE), ("timestamp.txt", EARLY))
    }
    plant(tmp_path / "submitted", files, collectors)
    for student in ("alice", "bob", "mallory"):
        assert time_of(tmp_path, student)[0] == "2020-01-01T00:00:00Z"
    assert time_of(tmp_path, "zoe")[0] is None, "a user with one folder may be the student"


@needs_root
def test_a_time_of_another_user_is_not_read(tmp_path: Path) -> None:
    files = {"alice/scalars/ex02_closures.py": (CODE, ALICE), "alice/scalars/timestamp.txt": (EARLY, MALLORY)}
    plant(tmp_path, files)
    assert time_of(tmp_path, "alice", clues=Clues(roster=ROSTER))[0] is None
