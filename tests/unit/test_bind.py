"""course.yml and the declarations must fit; where they do not, a sentence names the file and the line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from graders.course.bind import bind, look_up
from graders.course.course import Course, load_course
from graders.errors import CourseError
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec, load_spec

EX13 = "  - id: ex13_no_such\n    title: Sigmoid\n    concepts: [{ id: value, title: Value, points: 1 }]\n"
SIGMOID = "      - { id: no_such, title: Sigmoid, points: 1 }\n"


def edited(root: Path, tmp_path: Path, old: str, new: str) -> Course:
    """Return the bundled course with one edit."""
    text = (root / "course.yml").read_text()
    assert old in text
    (tmp_path / "course.yml").write_text(text.replace(old, new, 1))
    return load_course(tmp_path)


def line(course: Course, words: str) -> int:
    """Return the first line of a course.yml that holds some words."""
    lines = course.path.read_text().splitlines()
    return next(number for number, text in enumerate(lines, 1) if words in text)


def test_the_bundled_course_fits(course):
    specs = bind(course)
    assert list(specs) == list(course.exercise_ids)
    for spec in specs.values():
        look_up(spec)


def test_a_concept_without_checks(root, tmp_path):
    course = edited(root, tmp_path, "  - id: ex03_backward\n", f"{SIGMOID}  - id: ex03_backward\n")
    at = line(course, "id: no_such")
    with pytest.raises(CourseError, match=rf"course\.yml, line {at}: ex02_closures has the concept 'no_such', which "):
        bind(course)
    assert list(bind(course, ["ex01_finite_differences"])) == ["ex01_finite_differences"]  # the others still grade


def test_an_exercise_without_checks(root, tmp_path):
    course = edited(root, tmp_path, "  - id: ex03_backward\n", f"{EX13}  - id: ex03_backward\n")
    at = line(course, "id: ex13_no_such")
    with pytest.raises(
        CourseError, match=rf"line {at}: the exercise 'ex13_no_such' has no checks: .*concepts/ex13_no_such"
    ):
        bind(course)


def test_an_exercise_of_another_name(root, tmp_path):
    (tmp_path / "course.yml").write_text((root / "course.yml").read_text().replace("ex03_backward", "ex03_walk"))
    course = load_course(tmp_path)
    with pytest.raises(CourseError, match=r"there is no exercise 'ex03_walk'; graders/concepts/ex03.py declares"):
        bind(course)


def declared(monkeypatch: pytest.MonkeyPatch, spec: ExerciseSpec) -> None:
    monkeypatch.setattr("graders.course.bind.spec_of", lambda folder, exercise: spec)


def test_checks_without_a_concept(course, monkeypatch):
    spec = load_spec("ex03_backward")
    more = ConceptSpec("walk", (replace(spec.concepts[0].checks[0]),))
    declared(monkeypatch, replace(spec, concepts=(*spec.concepts, more)))
    with pytest.raises(CourseError, match="the concept 'walk' is declared, and .*course.yml does not list it"):
        bind(course, ["ex03_backward"])


@pytest.mark.parametrize("field", ["absent", "dtype", "counts_only_with"])
def test_a_check_that_names_no_concept(course, monkeypatch, field):
    spec = load_spec("ex03_backward")
    first = spec.concepts[0]
    wrong = replace(first, checks=(replace(first.checks[0], **{field: ("ordr",)}), *first.checks[1:]))
    declared(monkeypatch, replace(spec, concepts=(wrong, *spec.concepts[1:])))
    with pytest.raises(CourseError, match=f"names 'ordr' under {field}, which is no concept of ex03_backward"):
        bind(course, ["ex03_backward"])


def test_declarations_that_cannot_be_loaded(course, monkeypatch):
    def broken(folder: Path, exercise: str) -> ExerciseSpec:
        raise NameError("name 'relu' is not defined")

    monkeypatch.setattr("graders.course.bind.spec_of", broken)
    with pytest.raises(CourseError, match="graders/concepts/ex02.py: NameError: name 'relu' is not defined"):
        bind(course, ["ex02_closures"])


@pytest.mark.parametrize(
    ("bank", "said"),
    [
        (
            BankSpec("order", "scalar", "operation", "no_such_strategy"),
            "'no_such_strategy', which graders/strategies/",
        ),
        (BankSpec("order", "scalar", "no_such_play", "operations", {"op": "mul"}), "graders/players/scalar.py lacks"),
    ],
)
def test_a_strategy_or_a_player_that_does_not_exist(bank, said):
    spec = ExerciseSpec("ex02_closures", (ConceptSpec("mul", (Check("value", "It is right.", bank),)),))
    with pytest.raises(CourseError, match=said):
        look_up(spec)


@pytest.mark.parametrize("command", [["check", "ex02"], ["status"], ["doctor"], ["selftest", "ex02"], ["grade", "."]])
def test_every_command_says_it_in_one_sentence(root, tmp_path, command):
    course = edited(root, tmp_path, "  - id: ex03_backward\n", f"{SIGMOID}  - id: ex03_backward\n")
    (tmp_path / "exercises").mkdir()
    (tmp_path / "ann.py").write_text("x = 1\n")
    more = ["--out", str(tmp_path / "out"), "--only", "ex02"] if command[0] == "grade" else []
    said = subprocess.run(
        [sys.executable, "-m", "graders.cli", *command, *more, "--course", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    text = " ".join((said.stdout + said.stderr).split())
    assert f"course.yml, line {line(course, 'id: no_such')}: ex02_closures has the concept 'no_such'" in text
    assert "Traceback" not in text and (said.returncode == 2 or command == ["doctor"])
