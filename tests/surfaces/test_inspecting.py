"""`leafgrad bank` shows what a concept is judged on; `leafgrad explain` how a verdict came about."""

from __future__ import annotations

import json

import pytest

from graders.cli import main

WRONG = ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return exit code and what was printed."""
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out + said.err


@pytest.fixture
def report(grade, solutions, tmp_path):
    """The report on a product that overwrites, as a file."""
    path = tmp_path / "ann.json"
    made = grade({"ex02_closures.py": solutions["ex02_closures.py"].decode().replace(*WRONG)}, "ex02_closures.mul")
    path.write_text(made.model_dump_json())
    return path


def test_a_bank_lists_its_cases_with_torchs_values(root, store, capsys):
    code, said = run(capsys, "bank", "ex02.mul", "--check", "slope", "--course", str(root))
    bank = store.banks("ex02_closures")["mul"]
    rows = [line for line in said.splitlines() if "a.grad = " in line]
    assert code == 0 and len(rows) == len(bank) and f"{len(bank)} cases" in said
    assert "a.grad = 3.0, b.grad = 2.0" in rows[0]  # the slopes of 2 * 3, hand-picked as the first case


def test_a_case_is_code_with_torchs_values_and_every_wrong_answer(root, store, capsys):
    code, said = run(capsys, "bank", "ex02.mul", "--check", "slope", "--case", "3", "--course", str(root))
    assert code == 0 and "out = a * b" in said and "* a.grad = 3.0" in said
    assert "mul_not_swapped: Each factor's slope is the other factor" in said and "a.grad = -2.0, b.grad = 3.0" in said
    scope: dict[str, object] = {}
    exec((root / "solutions/ex02_closures.py").read_text(), scope)
    text = said[said.index("def smallest_case") : said.index("torch gives")]
    exec(text, scope)
    assert "a.grad=3.0 b.grad=-2.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["bank", "ex02.nope"], "has no concept 'nope'"),
        (["bank", "ex02.mul", "--check", "nope"], "has no check 'nope'. It has value, operands, slope, adds"),
        (["bank", "ex02.mul", "--check", "slope", "--case", "999"], "has 17 cases"),
        (["bank", "ex02.mul", "--case", "999"], "No bank of ex02_closures.mul has a case 999"),
        (["explain", "no/such.json", "ex02.mul"], "holds no reports"),
        (["explain", ".", "ex02.mul"], ". is a folder. Give one report"),
    ],
)
def test_what_is_not_there_is_a_sentence(root, capsys, arguments, what):
    code, said = run(capsys, *arguments, "--course", str(root))
    assert code == 2 and what in said and "Traceback" not in said


def test_a_verdict_is_explained_to_the_point(root, capsys, report):
    code, said = run(capsys, "explain", str(report), "ex02.mul", "--course", str(root))
    assert code == 0 and "ex02_closures.mul: a * b, 1.33 of 2 points" in said
    assert "Passed checks weigh 4 of 6: 2 x 4 / 6 = 1.33 points." in said
    assert "adds: failed, 33% of the points" in said and "Wrong idea: overwrites_first." in said
    assert "They are the cases of this folder" in said


def test_other_cases_and_other_points_are_told(root, capsys, report, tmp_path):
    data = json.loads(report.read_text())
    data["exercises"][0]["cases"] = "of another leafgrad"
    data["exercises"][0]["concepts"][0]["max_score"] = 4.0
    report.write_text(json.dumps(data))
    _, said = run(capsys, "explain", str(report), "ex02.mul", "--course", str(root))
    assert "This folder has other cases" in said and "course.yml gives 2 points now: run `leafgrad regrade`." in said
    code, said = run(capsys, "explain", str(report), "ex02.add", "--course", str(root))
    assert code == 2 and "says nothing about ex02_closures.add" in said
