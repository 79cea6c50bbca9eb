"""`leafgrad deploy github`: a student's repository is made from the template, and its workflow's steps are run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import ASSIGNMENT, ROOT, hand_ins, hundredths, lay, leafgrad
from workflow import Runner

from graders.render.markdown import MOST_BYTES, job_summary
from graders.report import CheckResult, ConceptResult, ExerciseResult, Report
from tests.conftest import sampled


@pytest.fixture(scope="module")
def template(small: Path, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template repository of a course that has a secret key."""
    folder = tmp_path_factory.mktemp("github") / "template"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEAFGRAD_KEY", secret_key)
        assert leafgrad("deploy", "github", folder, "--assignment", "scalars", "--from-index", "--course", small) == 0
    return folder


@pytest.fixture
def runner(template, tmp_path):
    """A runner with a checkout that was just made from the template."""
    home = tmp_path / "home"
    home.mkdir()
    checkout = tmp_path / "small-alice"
    shutil.copytree(template, checkout)
    subprocess.run(["git", "init", "-q", str(checkout)], check=True)
    return Runner(checkout, home)


def push(runner: Runner, files: dict[str, str]) -> None:
    """Put a hand-in where it lies in a repository: exercises in their folder, all else at the top."""
    for stub in (runner.checkout / "exercises").glob("ex*.py"):
        stub.unlink()
    files = {name: text for name, text in files.items() if name != "course.yml"}
    lay({f"exercises/{name}" if name.startswith("ex") else name: text for name, text in files.items()}, runner.checkout)


def scores_in(result: dict) -> dict[str, int]:
    """Return the score of each concept, in hundredths."""
    return {test["test-name"]: test["score"] for test in result["tests"]}


def test_nothing_in_it_needs_or_tells_the_secret(template, secret_key, solutions):
    held = [path.read_bytes() for path in template.rglob("*") if path.is_file()]
    assert not any(secret_key.encode() in data or data.startswith(b"id:") for data in held)
    assert not set(held) & set(solutions.values())


@pytest.mark.parametrize("student", sampled(hand_ins(), ("right", "wrong", "thief", "empty")))
def test_points_are_those_of_grade(runner, by_grade, student):
    push(runner, hand_ins()[student])
    begun = time.monotonic()
    assert runner.run() == 0, runner.printed
    assert time.monotonic() - begun < 60
    assert runner.ran[-2:] == ["Grade", "Keep the result"] and "Install" not in runner.ran
    result = json.loads((runner.artifact / "result.json").read_bytes())
    assert scores_in(result) == hundredths(by_grade(None)[student])
    assert result["score"] == sum(test["score"] for test in result["tests"]) and result["max-score"] == 3500
    assert result["schema"] == "classroom50/result/v1" and result["assignment"] == "scalars"
    assert result["commit"].startswith("https://github.com/school/small-alice/commit/0123")
    assert "::" not in runner.printed and "found [" not in runner.printed


def test_the_template_as_it_is_earns_nothing(runner):
    assert runner.run() == 0
    assert json.loads((runner.artifact / "result.json").read_bytes())["score"] == 0


def test_the_table_is_the_job_summary(runner):
    push(runner, hand_ins()["wrong"])
    runner.summary.write_text("of an earlier step\n")
    assert runner.run() == 0
    said = runner.summary.read_text()
    assert said.startswith("of an earlier step\n## 24 of 25 concepts")
    assert "<summary>ex02_closures.mul</summary>" in said and "Smallest failing case" in said
    row = next(line for line in said.splitlines() if "`ex02_closures.mul`" in line and line.startswith("|"))
    assert "✗" in row and "it should be" in row


def test_a_key_that_lies_there_is_not_used(runner, by_grade):
    push(runner, hand_ins()["wrong"])
    (runner.checkout / "leafgrad.key").write_text("mine\n")
    assert runner.run(LEAFGRAD_KEY="mine") == 0
    assert scores_in(json.loads((runner.artifact / "result.json").read_bytes())) == hundredths(by_grade(None)["wrong"])


@pytest.mark.parametrize("there", ["file", "link", "folder", "dangling"])
def test_a_result_of_the_students_own_is_replaced(runner, tmp_path, there):
    push(runner, hand_ins()["empty"])
    mine = runner.checkout / "result.json"
    (tmp_path / "elsewhere.json").write_text('{"score": 9}')
    if there == "folder":
        (mine / "below").mkdir(parents=True)
    elif there == "file":
        mine.write_text('{"score": 9}')
    else:
        mine.symlink_to(tmp_path / ("elsewhere.json" if there == "link" else "nothing"))
    assert runner.run() == 0
    assert json.loads((runner.artifact / "result.json").read_bytes())["score"] == 0
    assert (tmp_path / "elsewhere.json").read_text() == '{"score": 9}' and not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("what", ["course.yml", ".leafgrad/deploy.json"])
def test_a_fault_leaves_no_result(runner, what):
    push(runner, hand_ins()["right"])
    (runner.checkout / "result.json").write_text('{"score": 9}')
    (runner.checkout / what).write_text("nothing of use")
    assert runner.run() == 1 and not (runner.checkout / "result.json").exists()
    assert "Not graded, through no fault" in runner.summary.read_text() and what in runner.printed


def test_what_a_student_wrote_is_text_in_the_summary():
    said = "x | y\n| 9 / 9 | <img src=x> </pre> **bold** [a](http://b) ::error:: `code` \x1b[31m ‮"
    check = CheckResult(id="c", says=said, status="failed", message=said)
    concept = ConceptResult(id="c", title="t", score=0, max_score=1, status="failed", checks=[check])
    exercise = ExerciseResult(id="ex", score=0, max_score=1, status="failed", concepts=[concept])
    whole = {"course": "c", "grader_version": "0", "key_id": "public", "isolation": "jail", "student_id": "s"}
    report = Report(**whole, submission_sha256="", score=0, max_score=1, exercises=[exercise], notes=[said])
    text = job_summary(report)
    assert "<img" not in text and text.count("</pre>") == 1 and "\x1b" not in text and "‮" not in text
    assert not any(line.startswith("::") for line in text.splitlines())
    (row,) = (line for line in text.splitlines() if line.startswith("| ✗"))
    assert row.replace("\\|", "").count("|") == 5 and "**bold**" not in row and "[a](" not in row
    many = [concept.model_copy(update={"id": f"c{number}"}) for number in range(20_000)]
    long = report.model_copy(update={"exercises": [exercise.model_copy(update={"concepts": many[:3000]})]})
    assert len(job_summary(long).encode()) < MOST_BYTES + 200


def test_a_deployed_assignment_is_all_that_is_graded(template):
    assert json.loads((template / ".leafgrad" / "deploy.json").read_bytes())["assignment"] == "scalars"
    assert {path.stem for path in (template / "exercises").glob("ex*.py")} == set(ASSIGNMENT["scalars"])


@pytest.mark.proof
def test_the_install_step_installs(small, tmp_path):
    """Builds the wheel of this code and has pip install it and what it needs, as without a cache."""
    tree = tmp_path / "tree"
    for name in ("graders", "leafgrad.py", "pyproject.toml", "README.md", "LICENSE"):
        source = ROOT / name
        tree.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / name)
    subprocess.run([sys.executable, "-m", "graders.course.wheel", str(tree)], check=True, cwd=ROOT)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path / "dist")]
    subprocess.run([*pip, str(tree)], check=True)
    options = ["--wheels", tmp_path / "dist", "--assignment", "scalars", "--course", small]
    assert leafgrad("deploy", "github", tmp_path / "repository", *options) == 0
    home = tmp_path / "home"
    home.mkdir()
    runner = Runner(tmp_path / "repository", home, cached=False)
    push(runner, hand_ins()["shadow"])
    assert runner.run(PYTHONPATH="") == 0, runner.printed
    assert "Install" in runner.ran
    assert json.loads((runner.artifact / "result.json").read_bytes())["score"] == 3500
