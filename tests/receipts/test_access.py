"""Who may read what was handed in, and whose folder it may go to."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alice import FIRST, NOON, OTHER, SECOND, graded, manifest
from users import ALICE, MALLORY, STAFF, STUDENTS, TEACHER, acting_as, drive, needs_root, owned

from graders.errors import SubmissionError
from graders.submit import FolderTarget, ZipTarget, only_for_you


def now() -> float:
    """Return the minutes since NOON: what was handed in long before it arrived is told in a note."""
    return (datetime.now(UTC) - NOON).total_seconds() / 60


def modes(folder: Path) -> dict[str, str]:
    """Return path to mode and group of all that is below a folder."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        found[str(path.relative_to(folder))] = f"{stat.S_IMODE(status.st_mode):o} {status.st_gid}"
    return found


def test_nobody_else_can_read_where_the_folder_has_no_group(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir(mode=0o700)
    FolderTarget(tmp_path / "drive").deliver(manifest(FIRST), FIRST)
    ZipTarget(tmp_path / "drive" / "a.zip").deliver(manifest(FIRST), FIRST)
    assert {mode.split()[0] for mode in modes(tmp_path / "drive").values()} == {"700", "600"}


def test_the_group_of_the_folder_can_read(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir(mode=0o750)
    for files in (FIRST, SECOND):
        FolderTarget(tmp_path / "drive").deliver(manifest(files, len(files["ex02_closures.py"])), files)
    ZipTarget(tmp_path / "drive" / "a.zip").deliver(manifest(FIRST), FIRST)
    assert {mode.split()[0] for mode in modes(tmp_path / "drive").values()} == {"750", "640"}


@needs_root
def test_a_folder_of_ones_own_is_read_by_the_courses_group_whoever_the_student_is() -> None:
    with drive() as root:
        owned(root / "alice", 0o2750, ALICE)
        for minute, umask in ((0, 0o022), (5, 0o077), (10, 0o000)):
            before = os.umask(umask)
            with acting_as(ALICE):
                files = {"ex02_closures.py": f"x = {minute}\n".encode()}
                FolderTarget(root).deliver(manifest(files, now() + minute), files)
            os.umask(before)
        found = modes(root / "alice")
        assert found.pop("scalars") == found.pop(".scalars.previous") == f"2750 {STAFF}"
        assert set(found.values()) == {f"640 {STAFF}"}
        with acting_as(TEACHER, STAFF):
            assert graded(root) == files
            assert not only_for_you(root / "alice" / "scalars")
        with acting_as(MALLORY), pytest.raises(PermissionError):
            os.listdir(root / "alice")


@needs_root
def test_what_the_course_put_there_stays_readable_and_is_copied_as_it_is() -> None:
    with drive() as root:
        owned(root / "alice", 0o2750, ALICE)
        with acting_as(ALICE):
            (root / "alice" / "scalars" / "data").mkdir(parents=True)
            (root / "alice" / "scalars" / "data" / "a.csv").write_bytes(b"1")
            (root / "alice" / "scalars" / "link").symlink_to("/nowhere")
            FolderTarget(root).deliver(manifest(FIRST), FIRST)
        place = root / "alice" / "scalars"
        assert (place / "data" / "a.csv").read_bytes() == b"1" and os.readlink(place / "link") == "/nowhere"
        assert modes(place)["data"] == f"2750 {STAFF}" and modes(place)["data/a.csv"] == f"640 {STAFF}"


@needs_root
def test_a_group_that_cannot_be_given_means_for_nobody_else_and_is_told() -> None:
    with drive(0o1777, TEACHER, STAFF) as root, acting_as(ALICE):
        FolderTarget(root).deliver(manifest(FIRST), FIRST)
        assert set(modes(root / "alice").values()) == {f"700 {STUDENTS}", f"600 {STUDENTS}"}
        assert only_for_you(root / "alice" / "scalars")


@needs_root
def test_a_common_folder_with_setgid_lets_the_staff_read() -> None:
    with drive(0o3777, TEACHER, STAFF) as root:
        with acting_as(ALICE):
            FolderTarget(root).deliver(manifest(FIRST), FIRST)
        assert set(modes(root / "alice").values()) == {f"2750 {STAFF}", f"640 {STAFF}"}


@needs_root
@pytest.mark.parametrize("mode", [0o755, 0o777, 0o2777])
def test_a_folder_that_someone_else_made_under_ones_name_gets_nothing(mode: int) -> None:
    with drive(0o1777) as root:
        owned(root / "alice", mode, MALLORY, STUDENTS)
        with acting_as(ALICE), pytest.raises(SubmissionError, match="belongs to user 61002, not to you"):
            FolderTarget(root).deliver(manifest(FIRST), FIRST)
        assert not any((root / "alice").iterdir())


@needs_root
def test_nobody_hands_in_for_another_where_each_has_a_folder() -> None:
    with drive() as root:
        owned(root / "alice", 0o2750, ALICE)
        with acting_as(ALICE):
            FolderTarget(root).deliver(manifest(FIRST, now()), FIRST)
        with acting_as(MALLORY):
            with pytest.raises(SubmissionError, match="not to you"):
                FolderTarget(root).deliver(manifest(SECOND, now() + 10), SECOND)
            with pytest.raises(SubmissionError, match="you may not write there"):
                FolderTarget(root).deliver(manifest(SECOND, now(), student_id="al"), SECOND)
        assert graded(root) == FIRST


@needs_root
@pytest.mark.parametrize("maker", [TEACHER, 0])
def test_a_folder_that_the_course_made_is_all_right(maker: int) -> None:
    with drive() as root:
        owned(root / "alice", 0o2770, maker, STUDENTS)
        with acting_as(ALICE):
            FolderTarget(root).deliver(manifest(OTHER), OTHER)
        assert modes(root / "alice")["scalars/ex03_backward.py"] == f"640 {STUDENTS}"


def test_the_state_before_is_closed_too(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir(mode=0o755)
    FolderTarget(tmp_path / "drive").deliver(manifest(FIRST), FIRST)
    (tmp_path / "drive" / "alice" / "scalars").chmod(0o755)
    FolderTarget(tmp_path / "drive").deliver(manifest(SECOND, 5), SECOND)
    assert not any(int(mode.split()[0], 8) & 0o007 for mode in modes(tmp_path / "drive").values())
