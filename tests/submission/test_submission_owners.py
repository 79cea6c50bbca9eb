"""Whose files are graded as whose, where students share a machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from handins import CODE, EXERCISES, zipped
from planted import ALICE, MALLORY, OTHER, ROSTER, TEACHER, needs_root, plant

from graders.errors import EnvironmentTrouble, UsageError
from graders.submission import Submission, find_submissions, read_submission
from graders.submission.clues import Clues
from graders.submission.owners import user_name
from graders.submission.roster import Person, Roster
from graders.submission.roster_file import read_roster


def found(root: Path, roster: Roster | None = ROSTER) -> dict[str, Submission]:
    return {one.student_id: one for one in find_submissions(root, EXERCISES, None, Clues(roster=roster))}


@needs_root
def test_what_another_user_put_under_a_name_is_not_graded_and_listed(tmp_path: Path) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, MALLORY), "mallory/ex02_closures.py": (OTHER, MALLORY)},
          {"alice": MALLORY, "mallory": MALLORY})  # fmt: skip
    got = found(tmp_path)
    assert not got["alice"].files and got["mallory"].files == {"ex02_closures.py": OTHER}
    assert "ex02_closures.py belongs to user 61002, not to 61001" in (got["alice"].problem or "")
    assert "The folder alice belongs to user 61002" in " ".join(got["alice"].notes)
    assert found(tmp_path, None)["alice"].files, "without a roster nobody can tell"


@needs_root
@pytest.mark.parametrize(
    "foreign",
    [
        {"alice_ex02_closures.py": (OTHER, MALLORY)},
        {"alice.zip": (zipped({"ex02_closures.py": OTHER}), MALLORY)},
        {"alice/ex02_closures.ipynb": (b"{}", MALLORY)},
        {"alice/EX02_closures.py": (OTHER, MALLORY)},
        {"alice/aaa/ex02_closures.py": (OTHER, MALLORY)},
        {"alice/work.zip": (zipped({"ex02_closures.py": OTHER}), MALLORY)},
        {"Closures_alice_attempt_2030-01-01-00-00-00_ex02_closures.py": (OTHER, MALLORY)},
        {f"alice/f{number}.py": (OTHER, MALLORY) for number in range(30)},
    ],
)
def test_nothing_of_the_true_owner_is_lost(tmp_path: Path, foreign: dict[str, tuple[bytes, int]]) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, ALICE), **foreign}, {"alice": ALICE})
    got = found(tmp_path)["alice"]
    assert got.files == {"ex02_closures.py": CODE} and got.problem is None
    assert len(got.notes) == 1 and "belongs to user 61002, not to 61001" in got.notes[0]


@needs_root
def test_a_better_name_of_another_user_does_not_win(tmp_path: Path) -> None:
    files = {"alice/ex02_closures (1).py": (CODE, ALICE), "alice/ex02_closures.py": (OTHER, MALLORY)}
    plant(tmp_path, files, {"alice": MALLORY})
    assert found(tmp_path)["alice"].files == {"ex02_closures.py": CODE}


@needs_root
def test_the_zip_of_the_true_owner_counts_when_the_folder_is_another_users(tmp_path: Path) -> None:
    files = {"alice/ex02_closures.py": (OTHER, MALLORY), "alice.zip": (zipped({"ex02_closures.py": CODE}), ALICE)}
    plant(tmp_path, files, {"alice": MALLORY})
    assert found(tmp_path)["alice"].files == {"ex02_closures.py": CODE}


@needs_root
@pytest.mark.parametrize("collector", [TEACHER, 0])
def test_what_was_collected_or_unpacked_says_nothing_and_is_graded(tmp_path: Path, collector: int) -> None:
    packed = zipped({"ex02.py": CODE})
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, collector), "mallory.zip": (packed, collector)})
    got = found(tmp_path)
    assert got["alice"].files and got["mallory"].files and not got["alice"].notes


@needs_root
def test_links_are_not_followed_and_hard_links_belong_to_their_owner(tmp_path: Path) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, ALICE)})
    (tmp_path / "mallory").mkdir()
    (tmp_path / "mallory" / "ex02_closures.py").hardlink_to(tmp_path / "alice" / "ex02_closures.py")
    (tmp_path / "mallory" / "ex03_backward.py").symlink_to(tmp_path / "alice" / "ex02_closures.py")
    got = found(tmp_path)["mallory"]
    assert not got.files and "belongs to user 61001, not to 61002" in (got.problem or "")


@needs_root
def test_several_users_of_one_student_and_students_without_a_row(tmp_path: Path) -> None:
    files = {"Jose\u0301/ex02_closures.py": (CODE, 61004), "Jose\u0301/ex03_backward.py": (CODE, 61005)}
    plant(tmp_path, {**files, "zoe/ex02_closures.py": (CODE, MALLORY)})
    got = found(tmp_path)
    assert len(got["José"].files) == 2
    assert got["zoe"].files and got["zoe"].notes == ("zoe is not in the roster: who handed this in was not checked.",)


@needs_root
def test_one_hand_in_alone_is_checked_too(tmp_path: Path) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, MALLORY)}, {"alice": MALLORY})
    clues = Clues(roster=ROSTER)
    assert not find_submissions(tmp_path / "alice", EXERCISES, None, clues)[0].files
    assert not read_submission(tmp_path / "alice" / "ex02_closures.py", EXERCISES, clues=clues).files
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, ALICE)}, {"alice": ALICE})
    assert find_submissions(tmp_path / "alice", EXERCISES, None, clues)[0].files


@needs_root
def test_a_file_exchanged_after_the_listing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": (CODE, MALLORY)})
    real = os.DirEntry.stat
    monkeypatch.setattr("graders.submission.disk._entry", lambda item: _pretended(item, real))
    assert "belongs to user 61002" in (found(tmp_path)["alice"].problem or "")


def _pretended(item: os.DirEntry[str], stat: object) -> object:
    from graders.submission.disk import Entry, kind_of

    return Entry(item.name, kind_of(item.stat(follow_symlinks=False).st_mode), ALICE)


@pytest.mark.parametrize("text", ["id,user\nalice,root", "alice;root", "alice\troot\n\n# x\n", "\ufeffAlice , root\n"])
def test_a_roster_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    roster = read_roster(tmp_path / "r.csv")
    (student,) = roster.people
    owner = roster.owner(student, [7])
    assert student.casefold() == "alice" and owner and owner.numbers == {0, 7} and roster.owner("bob", []) is None


@pytest.mark.parametrize(
    ("text", "says"), [("alice\n", "line 1"), ("id,user\nalice,\n", "line 2"), ("", "no rows"), ("id,user", "no rows")]
)
def test_a_broken_roster_is_said(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(UsageError, match=says):
        read_roster(tmp_path / "r.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")


def test_a_user_whom_the_machine_does_not_know_owns_nothing(tmp_path: Path) -> None:
    owner = Roster({"alice": Person("alice", users=("nobody-of-that-name",))}).owner("alice", [])
    assert owner and owner.numbers == frozenset() and "nobody-of-that-name" in owner.refusal("x.py", 5)


def test_without_owners_a_roster_cannot_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submission.owners.HAS_OWNERS", False)
    (tmp_path / "r.csv").write_text("alice,alice\n")
    with pytest.raises(EnvironmentTrouble, match="does not tell"):
        read_roster(tmp_path / "r.csv")


def test_users_have_names() -> None:
    assert user_name(61999) == "user 61999"
    if sys.platform != "win32":
        assert user_name(0) == "root"
