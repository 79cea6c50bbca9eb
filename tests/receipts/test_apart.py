"""`leafgrad doctor` on a folder that students hand in to: which set-ups keep them apart, and which do not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from users import ALICE, MALLORY, STAFF, STUDENTS, TEACHER, drive, needs_root, owned

from graders.cli import main
from graders.errors import UsageError
from graders.submit.apart import examine_drive


def traps(root: Path) -> set[str]:
    return {finding.trap for finding in examine_drive(root) if not finding.good}


@needs_root
def test_a_folder_for_each_student_keeps_them_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with drive() as root:
        owned(root / "alice", 0o2750, ALICE)
        owned(root / "mallory", 0o2750, MALLORY)
        assert traps(root) == set()
        with pytest.raises(SystemExit) as left:
            main(["doctor", str(root)])
        assert not left.value.code and "keeps students apart" in capsys.readouterr().out


@needs_root
@pytest.mark.parametrize(
    ("mode", "trap"), [(0o777, "removable"), (0o2770, "removable"), (0o1777, "squatting"), (0o3770, "squatting")]
)
def test_a_common_folder_does_not(mode: int, trap: str) -> None:
    with drive(mode) as root:
        owned(root / "alice", 0o2750, ALICE)
        owned(root / "mallory", 0o2750, MALLORY)
        assert traps(root) == {trap}


@needs_root
@pytest.mark.parametrize(
    ("mode", "trap"), [(0o2755, "open_to_all"), (0o2751, "open_to_all"), (0o2770, "group_writes"), (0o750, "no_setgid")]
)
def test_a_students_folder_may_be_too_open_or_too_closed(mode: int, trap: str) -> None:
    with drive() as root:
        owned(root / "alice", 0o2750, ALICE)
        owned(root / "mallory", mode, MALLORY)
        assert traps(root) == {trap}
        (one,) = [finding for finding in examine_drive(root) if not finding.good]
        assert one.says.startswith("mallory:") and one.fix


@needs_root
def test_a_group_of_students_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submit.apart._groups", lambda owner: {STUDENTS})
    with drive() as root:
        owned(root / "alice", 0o2750, ALICE, STUDENTS)
        owned(root / "mallory", 0o2750, MALLORY, STAFF)
        assert traps(root) == {"group"}


@needs_root
def test_what_one_user_has_collected_says_nothing_about_students() -> None:
    with drive() as root:
        owned(root / "alice", 0o750, TEACHER)
        owned(root / "mallory", 0o750, TEACHER)
        assert traps(root) == set()
        assert any("owners say nothing" in finding.says for finding in examine_drive(root))


def test_without_owners_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submit.apart.HAS_OWNERS", False)
    assert traps(tmp_path) == {"no_owners"}


def test_no_folder_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        examine_drive(tmp_path / "nowhere")


def test_members_of_groups_are_found() -> None:
    from graders.submit.apart import _groups

    assert _groups(61999) == set() and os.getgid() not in _groups(61999)
