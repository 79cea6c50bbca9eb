"""What the texts show is so: their snippets are run on the solutions, and stubs and solutions have the same words."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.course.course import load_course
from tests.conftest import ROOT

EXERCISES = load_course(ROOT).exercise_ids
HEADINGS = ["Why it matters", "What to write", "Try your code", "Not asked here", "Often said, and wrong", "Read more"]
PROMPT = "    $ "


@pytest.fixture
def solution(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import a solution by its name, beside the others."""
    monkeypatch.syspath_prepend(str(ROOT / "solutions"))
    yield importlib.import_module
    for name in EXERCISES:
        sys.modules.pop(name, None)


def words(room: str, exercise: str) -> str:
    return ast.get_docstring(ast.parse((ROOT / room / f"{exercise}.py").read_text()), clean=False) or ""


def failures(text: str, names: dict[str, Any]) -> str:
    """Run the examples of a text; return what differs."""
    test = doctest.DocTestParser().get_doctest(text, names, "text", None, 0)
    said: list[str] = []
    flags = doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE
    assert test.examples
    doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_examples_of_a_stub_are_true(solution: Any, exercise: str) -> None:
    assert not failures(words("exercises", exercise), dict(vars(solution(exercise))))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_stub_and_solution_have_the_same_words(exercise: str) -> None:
    assert words("exercises", exercise) == words("solutions", exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_all_stubs_have_one_scheme_of_headings(exercise: str) -> None:
    """What is often said, and wrong, comes after the task."""
    found = re.findall(r"(?m)^(\S.*)$", words("exercises", exercise))[1:]
    ours = [next((heading for heading in HEADINGS if line.startswith(heading)), "") for line in found]
    assert [one for one in ours if one] == HEADINGS
    assert ours.count("") <= 1  # an example, or what the exercise is about, of its own


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_stub_says_how_to_try_it(exercise: str) -> None:
    (line,) = [line for line in words("exercises", exercise).split("\n") if line.startswith(PROMPT)]
    assert line.endswith(f"{exercise}.py") and "python -i " in line


def test_the_examples_of_the_readme_are_true(solution: Any) -> None:
    readme = (ROOT / "exercises" / "README.md").read_text()
    head, *sections = re.split(r"(?m)^## (?=ex\d\d )", readme)
    assert [section[:4] for section in sections] == [exercise[:4] for exercise in EXERCISES]
    for exercise, section in zip(EXERCISES, sections, strict=True):
        names = dict(vars(solution(exercise)))
        shown = "\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))
        assert "docs.pytorch.org" in section, exercise
        if shown:
            assert not failures(shown, names), exercise


def test_the_words_of_calculus_are_there() -> None:
    text = words("exercises", "ex02_closures")
    assert "The chain rule" in text and "derivative" in text
    assert "dL/da      +=       dout/da       *       dL/dout" in text


def test_no_stub_gives_a_gradient_away() -> None:
    """Formulas of gradients stay in the last hint."""
    for exercise in ("ex04_tensor_closures", "ex05_losses"):
        said = words("exercises", exercise) + Path(ROOT, "exercises", "README.md").read_text()
        assert "p - 1" not in said and "minus one at" not in said and "with one taken off" not in said


def test_the_pictures_are_what_the_script_draws() -> None:
    spec = importlib.util.spec_from_file_location("drawn", ROOT / "docs" / "pictures.py")
    assert spec and spec.loader
    drawn = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawn)
    pictures = drawn.pictures()
    kept = {path.name: path.read_text(encoding="utf-8") for path in drawn.FOLDER.iterdir()}
    assert pictures == kept, "python docs/pictures.py"
    readme = (ROOT / "exercises" / "README.md").read_text()
    assert set(re.findall(r"\]\(pictures/([\w.]+)\)", readme)) == set(pictures)
    for exercise, name in (("ex10_sgd_momentum", "ravine.svg"), ("ex11_adaptive", "axes.svg")):
        assert f"pictures/{name}" in words("exercises", exercise)
