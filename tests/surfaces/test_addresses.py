"""Exercises and concepts as people type them: understood, or asked back with the right one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.cli import main
from graders.cli.addresses import (
    completions,
    concept_completions,
    exercise_completions,
    understood,
    understood_all,
    understood_together,
)
from graders.cli.desk import open_desk
from graders.course.course import Course
from graders.course.place import find_course
from graders.errors import CourseError, UsageError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("exercises/ex02_closures.py", "ex02_closures"),
        ("ex02_closures.py", "ex02_closures"),
        ("ex02_closures.ipynb", "ex02_closures"),
        ("C:\\course\\exercises\\ex02_closures.py", "ex02_closures"),
        ("./exercises/ex02_closures.py::mul", "ex02_closures.mul"),
        ("ex2", "ex02_closures"),
        ("ex1", "ex01_finite_differences"),
        ("EX-02", "ex02_closures"),
        ("2", "ex02_closures"),
        ("12", "ex12_training_loop"),
        ("ex2_closures", "ex02_closures"),
        ("closures", "ex02_closures"),
        ("ex02.mul", "ex02_closures.mul"),
        ("ex2/Mul", "ex02_closures.mul"),
        ("ex2 mul", "ex02_closures.mul"),
        ("02:mul", "ex02_closures.mul"),
        ("fan-out", "ex03_backward.fan_out"),
        ("capstone", "ex12_training_loop.capstone"),
        ("ex10.first_buffer", "ex10_sgd_momentum.first_buffer"),
    ],
)
def test_what_people_type_is_understood(course: Course, typed: str, meant: str) -> None:
    assert understood(course, typed) == meant


def test_every_address_stands_for_itself(course: Course) -> None:
    """Also the short one: `ex04.mul` is never that of ex02, whatever other concepts are called."""
    for exercise in course.exercises:
        assert understood(course, exercise.id) == exercise.id
        for concept in exercise.concepts:
            for home in (exercise.id, exercise.id[:4]):
                assert understood(course, f"{home}.{concept.id}") == f"{exercise.id}.{concept.id}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("mul", "Did you mean ex02_closures.mul or ex04_tensor_closures.mul?"),
        ("mull", "Did you mean ex02_closures.mul or ex04_tensor_closures.mul?"),
        ("ex02.mull", "Did you mean ex02_closures.mul?"),
        ("ex02.zzz", "It has add, sub, mul"),
        ("clousures", "Did you mean ex02_closures?"),
        ("walkers", "Did you mean ex06_graph_walkers or "),
        ("capstne", "Did you mean ex12_training_loop.capstone?"),
        ("ex13", "There is no exercise 'ex13'"),
        ("ex", "Write more of it."),
        ("", "There is no exercise or concept"),
        (".py", "There is no exercise or concept"),
        ("graders", "leafgrad check --dir graders"),
    ],
)
def test_what_is_not_understood_is_asked_back(
    course: Course, root: Path, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    monkeypatch.chdir(root)
    with pytest.raises(UsageError) as refused:
        understood(course, typed)
    assert said in str(refused.value)


def test_names_that_mean_one_thing_are_one(course: Course) -> None:
    assert understood_all(course, ["ex2", "ex02_closures.py", "ex2.mul"]) == ["ex02_closures", "ex02_closures.mul"]
    assert understood_all(course, []) is understood_all(course, None) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ex02 mul tanh", ["ex02_closures.mul", "ex02_closures.tanh"]),
        ("exercises/ex04_tensor_closures.py mul ex02 mul", ["ex04_tensor_closures.mul", "ex02_closures.mul"]),
        ("ex02.mul tanh", ["ex02_closures.mul", "ex02_closures.tanh"]),
        ("ex02 ex02.mul", ["ex02_closures", "ex02_closures.mul"]),
        ("ex02 seed", ["ex02_closures", "ex03_backward.seed"]),
        ("ex02 ex03", ["ex02_closures", "ex03_backward"]),
    ],
)
def test_a_concept_is_one_of_the_exercise_before_it(course: Course, typed: str, meant: list[str]) -> None:
    assert understood_together(course, typed.split()) == meant
    assert understood_together(course, []) is understood_together(course, None) is None


def test_a_file_of_another_folder_is_not_taken_for_ones_own(course: Course, tmp_path: Path) -> None:
    """Otherwise the report would be about a file that nobody asked for."""
    (tmp_path / "mine").mkdir()
    other = tmp_path / "ex02_closures.py"
    other.write_text("x = 1\n")
    with (
        pytest.raises(UsageError, match=r"leafgrad check ex02_closures --dir "),
        open_desk(course.path, tmp_path / "mine", [str(other)]),
    ):
        pass


def test_the_shell_completes_exercises_and_then_concepts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert completions("ex0")[:2] == ["ex01_finite_differences", "ex02_closures"]
    assert "ex02_closures.mul" in completions("ex02") and "ex02_closures.mul" in completions("ex02_closures.m")
    assert "ex04_tensor_closures.mul" not in completions("ex02")
    assert concept_completions("ex02_closures.mu") == [
        "ex02_closures.mul"
    ] and "ex02_closures" not in concept_completions("")
    assert exercise_completions("ex12") == ["ex12_training_loop"]


def test_completion_is_there_without_a_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert completions("ex") == []


def test_bash_asks_and_gets_an_answer(root: Path) -> None:
    asked = {"_LEAFGRAD_COMPLETE": "complete_bash", "COMP_WORDS": "leafgrad check ex02_closures.m", "COMP_CWORD": "2"}
    command = [sys.executable, "-c", "from graders.cli import main; main()"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=os.environ | asked)
    assert done.stdout.split() == ["ex02_closures.mul"]


def test_a_course_in_the_folder_below_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="make a folder with `leafgrad start`"):
        find_course(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "leafgrad").mkdir()
    (tmp_path / "leafgrad" / "course.yml").touch()
    with pytest.raises(CourseError, match="There is one in leafgrad: go there, or give --course leafgrad"):
        find_course(tmp_path)


@pytest.mark.parametrize("command", ["check", "show", "grade"])
def test_the_short_question_for_help_is_understood(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "-h"])
    assert end.value.code == 0 and f"leafgrad {command} [OPTIONS]" in capsys.readouterr().out
