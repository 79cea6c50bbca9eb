"""A full disk: what could not be written, where, and what to do; with room, the same command works."""

from __future__ import annotations

import errno
import os

import pytest
from rich.console import Console

from graders.cli import main
from graders.course.release import start
from graders.files import PART
from graders.grading.attention import Attention, headline, of_fault
from graders.grading.faults import fault_of
from graders.render.classroom import show_attention

NEXT = "Make room on it, or choose another place, then run the same command again."


@pytest.fixture
def leafgrad(capfd, monkeypatch, tmp_path):
    """Run a command; return its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEAFGRAD_KEY", raising=False)

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        return end.value.code, "".join(capfd.readouterr())

    return run


@pytest.fixture
def full(monkeypatch):
    """Let the disk be full: no file gets to its place. Call it to have room for so many files."""
    replace, room = os.replace, [0]

    def refuse(source, target, **more):
        new = PART in str(source)  # another name for a file that is there needs no room
        if new and not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= new
        replace(source, target, **more)

    monkeypatch.setattr(os, "replace", refuse)

    def files(count):
        room[0] = count

    return files


@pytest.fixture
def graded(tmp_path, grade):
    """The folder of a graded class, of one student."""
    reports = tmp_path / "graded" / "reports"
    reports.mkdir(parents=True)
    report = grade({"ex02_closures.py": "x = 1\n"}, "ex02_closures.add", search=False)
    (reports / "ada.json").write_text(report.model_copy(update={"student_id": "ada"}).model_dump_json())
    return tmp_path / "graded"


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("export junit graded --out out/tests.xml", "out/tests.xml"),
        ("export gradescope graded/reports/ada.json --out results.json", "results.json"),
        ("feedback graded --zip pages.zip", "pages.zip"),
    ],
)
def test_what_an_export_could_not_write_is_named_with_what_to_do(leafgrad, graded, root, full, command, place):
    course = ["--course", root] if command.startswith("feedback") else []
    code, said = leafgrad(*command.split(), *course)
    assert code == 2 and f"{place} cannot be written: the disk is full. {NEXT}" in said
    full(1)
    assert leafgrad(*command.split(), *course)[0] == 0


@pytest.mark.parametrize("count", [0, 1, 4])
@pytest.mark.parametrize("command", ["start out", "new course out"])
def test_a_command_that_found_no_room_works_when_there_is_some(leafgrad, full, command, count):
    full(count)
    code, said = leafgrad(*command.split())
    assert code == 2 and "cannot be written: the disk is full" in said and NEXT in said
    full(999)
    assert leafgrad(*command.split())[0] == 0


def test_a_deployment_that_found_no_room_works_when_there_is_some(leafgrad, full, root):
    command = ["deploy", "colab", "out", "--from-index", "--course", root]
    code, said = leafgrad(*command)
    assert code == 2 and "deploy.json cannot be written: the disk is full" in said
    full(1)
    assert leafgrad(*command)[0] == 0


def test_a_stub_that_finds_no_room_leaves_the_students_file_in_its_place(leafgrad, tmp_path, full):
    full(999)
    start(tmp_path)
    file = tmp_path / "exercises" / "ex02_closures.py"
    file.write_text("work = 1\n")
    full(0)
    code, said = leafgrad("reset", "ex02")
    assert code == 2 and f"{file.relative_to(tmp_path)} cannot be written: the disk is full" in said
    assert file.read_text() == "work = 1\n" and not list(file.parent.glob("*.bak"))


def test_a_key_that_finds_no_room_leaves_no_empty_file(leafgrad, tmp_path, monkeypatch):
    start(tmp_path)
    opened = os.fdopen

    def refuse(descriptor, *arguments, **more):
        opened(descriptor).close()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fdopen", refuse)
        code, said = leafgrad("key", "new")
    assert code == 2 and "leafgrad.key cannot be written: the disk is full" in said
    assert leafgrad("key", "new")[0] == 0 and (tmp_path / "leafgrad.key").stat().st_size


def test_a_home_that_cannot_be_written_gets_the_completion_another_way(leafgrad, monkeypatch, tmp_path):
    (tmp_path / "home").write_text("no folder")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("shellingham.detect_shell", lambda *where: ("bash", "/bin/bash"))
    code, said = leafgrad("--install-completion")
    assert code == 2 and f"{tmp_path / 'home'}" in said and "cannot be used" in said
    assert said.rstrip().endswith("To print what it would write: leafgrad --show-completion")
    assert leafgrad("--show-completion")[0] == 0


def test_one_line_tells_all_that_found_no_room(capsys):
    fault = fault_of(OSError(errno.ENOSPC, "No space left on device"))
    lines = [of_fault(f"student{number}", fault, None) for number in range(600)]
    lines += [of_fault("grades.csv", fault, None, "unwritten"), Attention("zoe", "Nothing.", "Ask.", "missing")]
    show_attention(Console(width=200), lines)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == headline(lines) + ":" == "601 hand-ins need your attention:"
    assert said[1].startswith("  student0 and 600 more: The disk is full. Make room on it, then run the same command")
    assert len(said) == 3
