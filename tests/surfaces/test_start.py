"""`leafgrad start`: a student's folder, made once and brought up to date without touching the student's work."""

from __future__ import annotations

import errno
import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from graders.banks.store import BankStore
from graders.cli import main
from graders.course import bundled, extras, release, wheel
from graders.course.course import load_course
from graders.course.record import RECORD, STUBS
from graders.errors import EnvironmentTrouble, UsageError
from graders.submission import read_submission

EX05 = "exercises/ex05_losses.py"


def tree(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.fixture
def mine(tmp_path):
    """A folder that was just made."""
    place = tmp_path / "my course"
    release.start(place)
    return place


@pytest.fixture
def leafgrad(capfd, monkeypatch):
    """Run a command in a folder; return its exit code and what it printed."""

    def run(place, *arguments):
        monkeypatch.chdir(place)
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        return end.value.code, "".join(capfd.readouterr())

    return run


@pytest.fixture
def newer(monkeypatch, course, tmp_path):
    """A later leafgrad, in which the text of ex05 and of two other files has changed."""
    source = tmp_path / "later"
    release.write_folder(course, source)
    with (source / EX05).open("a", encoding="utf-8") as file:
        file.write("# a word more\n")
    later = load_course(source)
    later = later.model_copy(update={"title": "A better title"})
    monkeypatch.setattr(release, "bundled_course", lambda: later)
    return (source / EX05).read_bytes()


def test_the_folder_holds_all_that_a_student_needs_and_nothing_of_the_solutions(mine, course, solutions, root):
    files = tree(mine)
    assert {f"exercises/{name}.py" for name in course.exercise_ids} < set(files)
    assert {"README.md", "requirements.txt", "pytest.ini", ".vscode/settings.json", "exercises/README.md"} < set(files)
    assert not set(files.values()) & set(solutions.values())
    assert json.loads(files[".vscode/settings.json"])["python.testing.pytestEnabled"] is True
    assert b"leafgrad==0.1.0\npytest" in files["requirements.txt"]
    readme = files["README.md"].decode()
    assert all(f"`leafgrad {verb}" in readme for verb in ("check", "hint", "show", "status", "submit"))
    loaded = load_course(mine)
    assert loaded.leafgrad == "0.1.0" and not any(one.due for one in loaded.assignments)
    again = loaded.model_copy(update={"leafgrad": None, "path": course.path, "assignments": course.assignments})
    assert again.model_dump() == course.model_dump()


def test_its_cases_are_those_of_the_course(mine, course):
    theirs, ours = (BankStore(one).path("ex02_closures") for one in (load_course(mine), course))
    assert theirs == ours


def test_running_it_again_changes_nothing(mine):
    (mine / EX05).write_bytes(b"mine\r\n")
    (mine / "notes.txt").write_text("mine")
    (mine / "README.md").write_text("mine")
    before = tree(mine)
    done = release.start(mine)
    assert tree(mine) == before and not done.written and not done.changed and not done.kept


def test_a_stub_that_has_changed_is_named_until_it_is_taken(mine, newer, leafgrad):
    (mine / EX05).write_bytes(b"mine\n")
    (mine / "exercises/README.md").write_text("mine")
    for _ in range(2):
        code, said = leafgrad(mine, "start")
        assert code == 0 and "has changed since you began: ex05_losses" in said and "leafgrad reset ex05" in said
    assert (mine / EX05).read_bytes() == b"mine\n" and (mine / STUBS / "ex05_losses.py").read_bytes() == newer
    assert "A better title" in (mine / "README.md").read_text()
    assert (mine / "exercises/README.md").read_text() == "mine"
    code, said = leafgrad(mine, "reset", "ex05")
    assert code == 0 and (mine / EX05).read_bytes() == newer
    assert [path.read_bytes() for path in (mine / "exercises").glob("*.bak")] == [b"mine\n"]
    assert "since you began" not in leafgrad(mine, "start")[1]


def test_a_file_of_the_course_that_the_student_changed_is_left(mine, newer, leafgrad):
    (mine / "README.md").write_text("mine")
    code, said = leafgrad(mine, "start")
    assert code == 0 and "Yours stay as they are: README.md." in said and (mine / "README.md").read_text() == "mine"


def test_a_folder_with_work_from_elsewhere_is_left_as_it_is(tmp_path, leafgrad):
    work = {"README.md": b"mine", "exercises/ex02_closures.py": b"mine", "pytest.ini": b"[pytest]\n"}
    (tmp_path / "exercises").mkdir()
    for name, data in work.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "exercises/ex03_backward.ipynb").write_bytes(b"{}")
    code, said = leafgrad(tmp_path, "start", tmp_path)
    assert code == 0 and "Yours stay as they are: README.md, pytest.ini." in said and "says how to work" not in said
    assert work.items() < tree(tmp_path).items()
    assert not (tmp_path / "exercises/ex03_backward.py").exists()  # it would be graded in place of the notebook


def test_the_folder_of_another_course_is_refused(mine, leafgrad):
    text = (mine / "course.yml").read_text()
    (mine / "course.yml").write_text(text.replace("course: leafgrad", "course: mine"))
    before = tree(mine)
    code, said = leafgrad(mine, "start")
    assert code == 2 and "a folder of the course mine" in said and tree(mine) == before


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/leafgrad", "x" * 300])
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path, leafgrad, place):
    (tmp_path / "file").write_text("mine")
    code, said = leafgrad(tmp_path, "start", tmp_path / place)
    assert code == 2 and "cannot be written" in said and "unexpected" not in said and len(said.splitlines()) == 1


def test_a_stub_that_cannot_be_put_back_is_a_sentence_and_costs_no_work(mine, leafgrad, monkeypatch):
    file = mine / "exercises" / "ex02_closures.py"
    file.write_text("work = 1\n")

    def refuse(*paths):
        raise OSError(errno.EROFS, "Read-only file system", str(file))

    monkeypatch.setattr(Path, "replace", refuse)
    code, said = leafgrad(mine, "reset", "ex02")
    assert code == 2 and f"{file} cannot be written: the disk is read-only" in said and "unexpected" not in said
    assert file.read_text() == "work = 1\n"


def test_a_full_disk_leaves_no_half_file_and_the_next_run_goes_on(tmp_path, monkeypatch):
    real, count = Path.replace, iter(range(1000))

    def full(self: Path, target: Path) -> Path:
        if next(count) == 5:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EnvironmentTrouble, match="the disk is full"):
        release.start(tmp_path / "a")
    assert not list((tmp_path / "a").rglob(".part*"))
    assert not release.start(tmp_path / "a").kept
    release.start(tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


@pytest.mark.parametrize("old", ['leafgrad: "0.1.0"', "format: 1"])
def test_a_newer_course_is_a_sentence_with_the_next_step(mine, leafgrad, old):
    path = mine / "course.yml"
    new = {"format: 1": "format: 2\ncolour: red"}.get(old, 'leafgrad: "0.10.0"\ncolour: red')
    path.write_text(path.read_text().replace(old, new))
    for arguments in (["status"], ["check", "ex02"], ["start"], ["hint", "ex02.mul"]):
        code, said = leafgrad(mine, *arguments)
        assert code == 2 and "is made for" in said and "pip install -r requirements.txt" in said
        assert "colour" not in said


def test_an_older_course_is_read(mine):
    path = mine / "course.yml"
    path.write_text(path.read_text().replace('"0.1.0"', '"0.0.9"'))
    assert load_course(mine).leafgrad == "0.0.9"


def test_the_status_of_a_fresh_folder_touches_no_bank(mine, leafgrad, monkeypatch):
    def refuse(*arguments: object) -> None:
        raise AssertionError("a bank is touched")

    monkeypatch.setattr(BankStore, "prepare", refuse)
    code, said = leafgrad(mine, "status")
    assert code == 1 and said.count(" 0 of ") == 12 and "Next: leafgrad check ex01" in said
    assert leafgrad(mine, "status", "--course", mine)[1] == f'{said.rstrip()} --course "{mine}"\n'


def test_only_what_is_written_is_graded_for_the_status(mine, leafgrad, store, solutions, monkeypatch):
    store.prepare(["ex01_finite_differences"])
    (mine / "exercises/ex01_finite_differences.py").write_bytes(solutions["ex01_finite_differences.py"])
    asked = []
    real = BankStore.prepare
    monkeypatch.setattr(BankStore, "prepare", lambda self, names: (asked.extend(names), real(self, names))[1])
    code, said = leafgrad(mine, "status")
    assert code == 1 and "8/8   13 of 13 points" in said and "Next: leafgrad check ex02_closures" in said
    assert set(asked) <= {"ex01_finite_differences"}


def test_an_answer_under_another_name_is_graded(mine, leafgrad, store, solutions):
    """The status must not say that nothing is written where the student renamed the file."""
    store.prepare(["ex01_finite_differences"])
    (mine / "exercises/ex01_finite_differences.py").unlink()
    (mine / "exercises/ex01_finite_differences (1).py").write_bytes(solutions["ex01_finite_differences.py"])
    assert "8/8   13 of 13 points" in leafgrad(mine, "status", "--dir", mine / "exercises")[1]


def test_a_release_has_the_name_the_key_and_the_dates_of_the_course(root, tmp_path, monkeypatch):
    home = tmp_path / "mine"
    values = yaml.safe_load((root / "course.yml").read_text(encoding="utf-8"))
    values |= {"title": "Gradients at home", "public_key": "k", "exercises": values["exercises"][:1]}
    values["assignments"] = [{**values["assignments"][0], "exercises": ["ex01_finite_differences"]}]
    (home / "exercises").mkdir(parents=True)
    (home / "course.yml").write_text(yaml.safe_dump(values, sort_keys=False))
    stub = root / "exercises/ex01_finite_differences.py"
    (home / "exercises" / stub.name).write_bytes(stub.read_bytes())
    monkeypatch.setattr(release, "write_banks", lambda course, folder: [])
    kit = tmp_path / "kit"
    release.release(load_course(home), kit)
    readme = (kit / "README.md").read_text()
    assert readme.startswith("# Gradients at home\n") and "pip install -r requirements.txt" in readme
    assert "| `scalars`: Gradients by hand | ex01 | 2027-02-07 23:59 UTC |" in readme and "torch]" not in readme
    loaded = load_course(kit)
    assert loaded.public_key == "k" and loaded.leafgrad == "0.1.0" and loaded.assignments[0].due
    (kit / "course.yml").write_text("broken: [")
    release.release(load_course(home), kit)
    assert load_course(kit).title == "Gradients at home"


def test_a_folder_that_a_course_gave_out_is_not_made_one_of_ours(mine):
    (mine / ".leafgrad/banks").mkdir()
    with pytest.raises(UsageError, match="that a course gave out"):
        release.start(mine)


def test_an_installation_without_exercises_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(bundled, "PACKAGE", tmp_path / "graders")
    with pytest.raises(EnvironmentTrouble, match="without its exercises"):
        bundled.bundled_course()


def test_a_damaged_record_costs_no_work(mine):
    before = tree(mine)
    for text in ("", "[]", '{"files": 3, "stubs": null, "concepts": []}', "{"):
        (mine / RECORD).write_text(text)
        assert not release.start(mine).kept
        assert tree(mine) == before


@pytest.fixture
def no_torch(monkeypatch):
    """A machine without torch."""
    monkeypatch.setattr(extras, "find_spec", lambda name: None)


def test_without_torch_what_can_be_graded_is_and_the_rest_is_a_sentence(mine, leafgrad, store, solutions, no_torch):
    store.prepare(["ex01_finite_differences"])
    for name in ("ex01_finite_differences.py", "ex09_sgd.py"):
        (mine / "exercises" / name).write_bytes(solutions[name])
    how = 'pip install "leafgrad[torch]" --extra-index-url https://download.pytorch.org/whl/cpu'
    code, said = leafgrad(mine, "check", "ex09")
    assert code == 2 and said.startswith("leafgrad: ex09_sgd needs torch") and how in said
    code, said = leafgrad(mine, "show", "ex09.step")
    assert code == 2
    code, said = leafgrad(mine, "status")
    assert code == 1 and "8/8   13 of 13 points" in said and "0 of 14 points  needs torch" in said and how in said
    code, said = leafgrad(mine, "submit", "ex09", "--student", "me", "--yes")
    assert code == 0 and how in said and "It is handed in all the same." in said and "Handed in." in said


def test_drawing_new_cases_without_torch_is_a_sentence(mine, no_torch, tmp_path):
    other = load_course(mine).model_copy(update={"public_key": "another"})
    with pytest.raises(EnvironmentTrouble, match=r"ex02_closures has no prepared cases here. Drawing them needs torch"):
        BankStore(other, folder=tmp_path / "cache").banks("ex02_closures")


def test_the_wheel_carries_the_course_and_its_readme_leads_to_the_repository(course, root, tmp_path, monkeypatch):
    for name in ("README.md", "pyproject.toml"):
        (tmp_path / name).write_bytes((root / name).read_bytes())
    monkeypatch.setattr(release, "write_banks", lambda course, folder: folder.mkdir(parents=True))
    wheel.prepare_wheel(tmp_path, course)
    carried = tmp_path / "graders/public_course"
    pictures = {f"exercises/pictures/{path.name}" for path in (root / "exercises" / "pictures").iterdir()}
    assert set(tree(carried)) == {"course.yml", "exercises/README.md", "exercises/given_tensor.py"} | pictures | {
        f"exercises/{name}.py" for name in course.exercise_ids
    }
    assert len(pictures) == 5 and "ignored" not in " ".join(
        read_submission(carried / "exercises", course.exercise_ids).notes
    )
    links = re.findall(r"\]\(([^)]+)\)", (tmp_path / "README.md").read_text(encoding="utf-8"))
    assert links and all(link.startswith(("https://", "#")) for link in links)


@pytest.mark.parametrize(
    ("prefix", "runner"),
    [
        ("/home/ann/.cache/uv/archive-v0/oZ9H5Q", "uvx"),
        ("/home/ann/.local/share/uv/tools/leafgrad", ""),
        ("/home/ann/.cache/pipx/5f2c", "pipx run"),
        ("/home/ann/.local/share/pipx/.cache/5f2c", "pipx run"),
        ("/home/ann/.local/share/pipx/venvs/leafgrad", ""),
        ("/home/ann/course/.venv", ""),
    ],
)
def test_who_has_not_installed_leafgrad_is_told_what_to_write(
    prefix: str, runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "prefix", prefix)
    with pytest.raises(SystemExit):
        main(["start"])
    told = f"leafgrad is not installed: write `{runner} leafgrad` wherever we write leafgrad"
    said = capsys.readouterr().out
    assert (told in said) == bool(runner) and f"\n  {runner} leafgrad check ex01\n".replace("   ", "  ") in said
    assert "`uvx leafgrad check ex01`" in (tmp_path / "leafgrad" / "README.md").read_text()
