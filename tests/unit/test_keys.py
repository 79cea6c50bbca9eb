"""The secret key: made strong, kept private, and told when it can be guessed."""

from __future__ import annotations

import re
import secrets
import shutil
import stat
from pathlib import Path

import pytest

from graders.cli import main
from graders.course.course import Course, load_course
from graders.course.keys import new_key, secret_key, weakness, without_key
from graders.errors import EnvironmentTrouble, UsageError
from graders.notebook.doctor import examine_machine


@pytest.fixture
def copied(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course in a folder of its own, without a key."""
    monkeypatch.delenv("LEAFGRAD_KEY", raising=False)
    shutil.copy(root / "course.yml", tmp_path)
    return load_course(tmp_path)


def test_a_new_key_is_random_private_and_used(copied: Course) -> None:
    path = new_key(copied)
    assert path == copied.folder / "leafgrad.key" and stat.S_IMODE(path.stat().st_mode) == 0o600
    key = secret_key(copied)
    assert key and re.fullmatch("[0-9a-f]{32}", key) and not weakness(key)
    path.unlink()
    assert new_key(copied) == path and secret_key(copied) != key


def test_a_key_that_is_there_stays(copied: Course) -> None:
    path = copied.folder / "leafgrad.key"
    path.write_text("mine\n")
    with pytest.raises(UsageError, match="is there already"):
        new_key(copied)
    assert path.read_text() == "mine\n"
    path.unlink()
    path.symlink_to(copied.folder / "elsewhere")
    with pytest.raises(UsageError):
        new_key(copied)
    assert not (copied.folder / "elsewhere").exists()


def test_a_folder_that_takes_no_file_is_said(copied: Course, tmp_path: Path) -> None:
    gone = copied.model_copy(update={"path": tmp_path / "gone" / "course.yml"})
    with pytest.raises(EnvironmentTrouble, match="cannot be written"):
        new_key(gone)


@pytest.mark.parametrize("make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(22)])
def test_random_keys_are_strong(make: object) -> None:
    assert not any(weakness(make()) for _ in range(300))  # type: ignore[operator]


@pytest.mark.parametrize(
    "key",
    ["secret", "2026", "spring2026", "Spring2026!", "correct horse battery staple", "leafgrad-secret-key-2026",
     "a" * 64, "0123456" * 5, "9f0c2d417be85a36", "abababababababababababababababab", "ünïcode"],
)  # fmt: skip
def test_keys_that_can_be_guessed_are_told(key: str) -> None:
    assert "can guess it" in weakness(key)


def test_no_key_is_no_weak_key() -> None:
    assert weakness(None) == ""


def test_the_doctor_tells_of_a_short_or_open_key(copied: Course) -> None:
    path = copied.folder / "leafgrad.key"
    path.write_text("spring\n")
    path.chmod(0o644)
    bad = [finding.says for finding in examine_machine(copied.path) if not finding.good]
    assert any("The secret key is short" in says for says in bad) and any("open to other users" in says for says in bad)
    path.unlink()
    new_key(copied)
    assert all(finding.good for finding in examine_machine(copied.path))


def test_the_command(copied: Course, capsys: pytest.CaptureFixture[str]) -> None:
    for code, says in ((0, "Next: leafgrad grade"), (2, "is there already")):
        with pytest.raises(SystemExit) as left:
            main(["key", "new", "--course", str(copied.path)])
        captured = capsys.readouterr()
        assert (left.value.code or 0) == code and says in captured.out + captured.err


def test_processes_started_meanwhile_have_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("LEAFGRAD_KEY", "k")
    with without_key():
        assert "LEAFGRAD_KEY" not in os.environ
    assert os.environ["LEAFGRAD_KEY"] == "k"
