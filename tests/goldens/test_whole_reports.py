"""The whole report on each student of the class and on one failing answer per exercise, word by word.

`LEAFGRAD_WRITE_GOLDENS=1 pytest tests/goldens` writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import difflib
import io
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from graders.course.course import load_course
from graders.render.terminal import show_report
from graders.report import Report
from tests.conftest import ROOT

HERE = Path(__file__).parent
STUDENTS = sorted(path.name for path in (ROOT / "tests" / "classroom").iterdir())
COMMAND = "LEAFGRAD_WRITE_GOLDENS=1 .venv/bin/python -m pytest tests/goldens"
OF_THIS_RUN = {
    "assignments",
    "format",
    "course",
    "grader_version",
    "key_id",
    "isolation",
    "student_id",
    "submission_sha256",
}


@pytest.mark.parametrize("student", STUDENTS)
def test_the_report_of_a_student_is_as_it_was(reports: dict[str, Report], student: str) -> None:
    compare(HERE / "classroom" / f"{student}.txt", reports[student])


@pytest.mark.parametrize("exercise", load_course(ROOT).exercise_ids)
def test_the_report_on_a_failing_answer_is_as_it_was(answers: dict[str, Report], exercise: str) -> None:
    assert not answers[exercise].passed
    compare(HERE / "answers" / f"{exercise}.txt", answers[exercise])


def test_no_golden_is_left_over() -> None:
    assert sorted(path.stem for path in (HERE / "classroom").iterdir()) == STUDENTS
    assert sorted(path.stem for path in (HERE / "answers").iterdir()) == sorted(load_course(ROOT).exercise_ids)


def compare(golden: Path, report: Report) -> None:
    """Fail with the difference, and with the command that writes the goldens, unless the report is the golden's."""
    compare_text(golden, as_text(report))


def compare_text(golden: Path, found: str) -> None:
    """Do what `compare` does with any text."""
    if os.environ.get("LEAFGRAD_WRITE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    kept = golden.read_text(encoding="utf-8") if golden.exists() else ""
    changes = "\n".join(difflib.unified_diff(kept.splitlines(), found.splitlines(), "kept", "found", lineterm="", n=2))
    assert not changes, f"{golden.relative_to(ROOT)} differs. If it should: {COMMAND}\n{changes}"


def as_text(report: Report) -> str:
    """Return what terminals of two widths show, and all that the report says, without what differs from run to run."""
    narrow, wide = screen(report, 80), screen(report, 120)
    whole = yaml.dump(told(report), Dumper=_Dumper, allow_unicode=True, width=100, sort_keys=False)
    return f"{narrow}\n\n--- at 120 columns\n{wide}\n\n---\n{whole}"


def screen(report: Report, width: int) -> str:
    """Return what a terminal without colours shows."""
    stream = io.StringIO()
    show_report(Console(file=stream, width=width, color_system=None, highlight=False), report)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def told(report: Report) -> dict[str, Any]:
    """Return a report in which what passes takes one word, and numbers have nine digits."""
    whole = _short(report.model_dump(mode="json", exclude=OF_THIS_RUN, exclude_none=True))
    for exercise in whole["exercises"]:
        for of_this_run in ("cases", "basis"):
            exercise.pop(of_this_run)
        for concept in exercise["concepts"]:
            concept.pop("share")
        exercise["concepts"] = {one.pop("id"): _concept(one) for one in exercise["concepts"]}
    return whole


def _concept(concept: dict[str, Any]) -> Any:
    checks = {one.pop("id"): _check(one) for one in concept["checks"]}
    if all(one == "passed" for one in checks.values()):
        return "passed"
    return {**concept, "checks": checks}


def _check(check: dict[str, Any]) -> Any:
    if check["status"] == "passed" and not check["message"]:
        return "passed"
    check.get("counterexample", {}).pop("case", None)  # the snippet says it in Python
    return check


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they stand, and short lists of values in one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _write_list(dumper: _Dumper, values: list[Any]) -> yaml.SequenceNode:
    flat = all(not isinstance(one, dict | str) for one in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(list, _write_list)
