"""The commands that a message ends with work when pasted, on the same files; wrong paths are told at once."""

from __future__ import annotations

import io
import re
import shlex
import sys

import pytest

from graders.cli import main
from graders.course.release import start
from graders.text import argument

_COMMAND = re.compile(r"leafgrad ((?:check|hint|show|status|reset)\b[^\n`(]*)")


@pytest.fixture
def leafgrad(capfd, monkeypatch, tmp_path):
    """Run a command in a student's folder; return its exit code and what it printed."""
    start(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        return end.value.code, "".join(capfd.readouterr())

    return run


@pytest.mark.parametrize("command", ["check ex02", "check ex02.mul", "show ex02.mul", "status", "check ex02 --json"])
def test_a_next_command_is_about_the_folder_that_was_checked(leafgrad, tmp_path, solutions, command):
    there = tmp_path / "my other work"
    there.mkdir()
    source = solutions["ex02_closures.py"].replace(b"self.grad += other.data * out.grad", b"self.grad = out.grad")
    (there / "ex02_closures.py").write_bytes(source.replace(b"math.exp(", b"math.cos("))
    _, said = leafgrad(*command.split(), "--dir", there)
    commands = _COMMAND.findall(said)
    assert commands or "--json" in command
    for one in commands:
        again = shlex.split(one)
        assert again[-2:] == ["--dir", str(there)]
        code, told = leafgrad(*again)
        assert code in (0, 1) and "not written yet" not in told


def test_an_empty_file_is_told_so_with_a_command_that_mends_it(leafgrad, tmp_path):
    (tmp_path / "ex02_closures.py").write_bytes(b"")
    _, said = leafgrad("check", "ex02", "--dir", "..")
    assert "ex02_closures is empty; it earns 0 of 22 points." in said and "is written" not in said
    assert leafgrad(*shlex.split(re.search("leafgrad (reset .*)", said)[1]))[0] == 0
    assert (tmp_path / "ex02_closures.py").stat().st_size > 100


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("check ex02 --dir README.md", "README.md is a file. Give its folder: --dir ."),
        ("status --dir exercises/ex02_closures.py", "is a file. Give its folder: --dir exercises"),
        ("submit ex02 --yes --student=", "--student is empty."),
        ("bank ex02", "ex02_closures is an exercise. Give one of its concepts, such as ex02_closures.add: add, sub"),
        ("verify .", "There is no receipt .. leafgrad receipts lists"),
        ("regrade .", ". holds no reports of leafgrad. Give"),
        ("feedback .", ". holds no reports of leafgrad. Give"),
        ("grade README.md --out out", "README.md is no hand-in. It is a .py, .ipynb or .zip file, or a folder"),
        ("grade exercises --out out --only ex02.add --gradebook foo://bar", "'foo://bar' is no database URL."),
    ],
)
def test_what_was_given_wrongly_is_told_with_what_to_give(leafgrad, command, says):
    code, said = leafgrad(*command.split())
    assert code == 2 and says in said and "Students" not in said


@pytest.mark.parametrize("out", [".", "exercises"])
@pytest.mark.parametrize("command", ["export junit", "feedback", "export gradescope"])
def test_a_folder_is_no_file_to_write(leafgrad, tmp_path, grade, command, out):
    graded = tmp_path / "graded" / "reports"
    graded.mkdir(parents=True)
    report = grade({"ex02_closures.py": "x = 1\n"}, "ex02_closures.add", search=False)
    (graded / "ada.json").write_text(report.model_copy(update={"student_id": "ada"}).model_dump_json())
    if command == "export gradescope":
        (tmp_path / "mine" / out / "ada.json").mkdir()
    option = "--zip" if command == "feedback" else "--out"
    code, said = leafgrad(*command.split(), graded.parent, option, out)
    assert code == 2 and "cannot be written: it is a folder. Move it away, or give the name of a file, then run" in said
    assert "Left out" not in said and not list((tmp_path / "mine").rglob(".part*"))


@pytest.mark.parametrize(
    "name",
    ["work", "my work", "it's mine", "a&b", 'the "new" one', "$HOME", "مجلد", "课程 🎓", "a;b", "x(1)", "`date`"],
)
def test_an_argument_is_what_a_shell_reads_back(name):
    assert shlex.split(argument(name)) == [name]


def test_a_folder_that_is_gone_is_told(leafgrad, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, said = leafgrad("status")
    monkeypatch.chdir(tmp_path)
    assert code == 2 and "is not there any more. Go to another one with cd." in said


@pytest.mark.parametrize("nobody", [None, io.StringIO("")])
def test_a_question_that_nobody_answers_names_yes(leafgrad, monkeypatch, nobody):
    monkeypatch.setattr(sys, "stdin", nobody)
    code, said = leafgrad("submit", "ex01", "--partial")
    assert code == 2 and "Nothing was handed in: the question got no answer. Answer on a terminal, or add --yes" in said


def test_a_zip_file_for_a_folder_that_is_not_there_is_told(leafgrad):
    code, said = leafgrad("submit", "ex01", "--partial", "--yes", "--to", "no/where.zip")
    assert code == 2 and "cannot be written (there is no such folder). Make the folder, or choose another place" in said


def test_a_hand_in_without_a_receipt_is_not_told_as_none(leafgrad, tmp_path):
    receipts = tmp_path / "mine" / ".leafgrad" / "receipts"
    receipts.write_text("in the way")
    code, said = leafgrad("submit", "ex01", "--partial", "--yes", "--to", tmp_path / "a.zip")
    assert code == 2 and "Nothing was handed in" not in said and (tmp_path / "a.zip").is_file()
    assert f"Handed in to {tmp_path / 'a.zip'}, but without a receipt: {receipts} cannot be written" in said
    receipts.unlink()
    code, said = leafgrad("submit", "ex01", "--partial", "--yes", "--to", tmp_path / "a.zip")
    assert code == 0 and "Handed in" in said and "receipt: " in said


def test_a_hand_in_that_cannot_be_kept_either_says_both(leafgrad, tmp_path):
    (tmp_path / "mine" / ".leafgrad" / "outbox").write_text("in the way")
    code, said = leafgrad("submit", "ex01", "--partial", "--yes", "--to", tmp_path / "no drive")
    assert code == 2 and "There is no folder" in said and "Nor can it be kept here: " in said


def test_a_receipt_of_files_that_are_gone_does_not_ask_for_another_hand_in(leafgrad, tmp_path):
    leafgrad("submit", "ex01", "--partial", "--yes", "--to", tmp_path / "a.zip")
    (receipt,) = (tmp_path / "mine" / ".leafgrad" / "receipts").glob("*.json")
    (tmp_path / "a.zip").unlink()
    code, said = leafgrad("verify", receipt)
    assert code == 2 and "is not there any more" in said and "hand it in again" not in said and "--dir" in said
    assert leafgrad("verify", receipt, "--dir", "exercises")[0] == 0
    code, said = leafgrad("verify", receipt, "--dir", "README.md")
    assert code == 2 and said == "leafgrad: README.md is no folder. Give your folder with --dir.\n"


def test_a_graded_class_is_no_class_of_hand_ins(leafgrad, tmp_path):
    leafgrad("grade", "exercises/ex02_closures.py", "--out", "graded", "--only", "ex02.add")
    code, said = leafgrad("grade", "graded", "--out", "again", "--only", "ex02.add")
    assert code == 2 and "graded is a graded class. Give the folder that holds the hand-ins." in said


def test_a_folder_that_lost_something_is_mended_by_the_command_that_is_named(leafgrad, tmp_path):
    exercises, record = tmp_path / "mine" / "exercises", tmp_path / "mine" / ".leafgrad"
    exercises.rename(tmp_path / "elsewhere")
    for command in ("check ex02", "status", "submit ex02 --yes", "reset ex02"):
        code, said = leafgrad(*command.split())
        assert code == 2 and "There is no folder" in said
    assert leafgrad(*shlex.split(said.partition("again: leafgrad ")[2]))[0] == 0 and exercises.is_dir()
    record.rename(tmp_path / "record")
    code, said = leafgrad("reset", "ex02")
    assert code == 2 and leafgrad(*shlex.split(said.partition("run: leafgrad ")[2]))[0] == 0
    assert leafgrad("reset", "ex02")[0] == 0


def test_one_broken_receipt_does_not_hide_the_others(leafgrad, tmp_path):
    leafgrad("submit", "ex01", "--partial", "--yes", "--to", tmp_path / "a.zip")
    (tmp_path / "mine" / ".leafgrad" / "receipts" / "broken.json").write_text("x")
    code, said = leafgrad("receipts")
    assert code == 0 and "scalars: ex01_finite_differences.py" in said
    assert "Left out: " in said and "broken.json is no leafgrad receipt." in said and "lists those you have" not in said


def test_links_in_a_circle_are_told(leafgrad, tmp_path):
    (tmp_path / "mine" / "loop").symlink_to("loop")
    for command in ("start loop", "grade exercises --out loop", "release loop"):
        code, said = leafgrad(*command.split())
        assert code == 2 and "loop" in said and "links lead in a circle" in said and "unexpected" not in said


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("ex02_closures.py", b"# \xe9\n", "line 1: byte 0xe9 is not UTF-8 text: save the file as UTF-8."),
        ("ex02_closures.py", b"x = 1\0\n", "a NUL byte, so this is no Python text: save it as UTF-8 text."),
        ("ex02_closures.ipynb", b"{", "broken notebook file: save it again in Jupyter."),
    ],
)
def test_a_file_that_cannot_be_read_is_what_comes_next_and_is_not_called_unwritten(
    leafgrad, tmp_path, name, source, says
):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / name).write_bytes(source)
    for command in ("check ex02", "show ex02.mul", "check ex02.mul"):
        code, said = leafgrad(*command.split(), "--dir", "../work")
        assert code == 1 and says in said and "hand it in again" not in said and said.count(says) == 1
        assert f"Next: fix {name}." in said and "not started" not in said and "Note:" not in said
    assert f"Next: fix {name}." in leafgrad("status", "--dir", "../work")[1]
