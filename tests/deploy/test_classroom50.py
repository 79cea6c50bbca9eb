"""`leafgrad deploy classroom50`: the autograder is bundled, fetched and started as the platform's runner does it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from places import environment, hand_ins, hundredths, lay, leafgrad

from tests.conftest import sampled

IDENTITY = {
    "CLASSROOM": "autumn",
    "ASSIGNMENT": "scalars",
    "SUBMISSION_TAG": "submit/2026-11-29T10-00-00Z-0123456",
    "COMMIT_URL": "https://github.com/school/autumn-scalars-alice/commit/0123456",
    "RELEASE_URL": "https://github.com/school/autumn-scalars-alice/releases/tag/submit%2F2026",
    "REVIEW_URL": "https://github.com/school/autumn-scalars-alice/compare/a...b",
    "USERNAME": "alice",
    "OWNER": "alice",
    "ASSIGNMENT_TYPE": "individual",
    "PAGES_BASE_URL": "https://school.github.io/classroom50",
}


@pytest.fixture(scope="module")
def written(small: Path, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is written for a course that has a secret key."""
    folder = tmp_path_factory.mktemp("classroom50") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEAFGRAD_KEY", secret_key)
        assert leafgrad("deploy", "classroom50", folder, "--from-index", "--course", small) == 0
    return folder


@dataclass(frozen=True)
class Runner:
    """A job of the platform: the student's checkout, and the bundle beside it.

    Attributes:
        checkout: The student's repository.
        bundle: Where the autograder was unpacked.
    """

    checkout: Path
    bundle: Path

    def run(self) -> subprocess.CompletedProcess[str]:
        """Start the autograder as runner.py does, with the checkout as working directory."""
        env = environment(CLASSROOM50_BUNDLE_DIR=str(self.bundle), **IDENTITY)
        command = [sys.executable, str(self.bundle / "autograder.py")]
        return subprocess.run(command, cwd=self.checkout, env=env, capture_output=True, text=True, timeout=300)

    @property
    def result(self) -> dict[str, Any]:
        """What it left, as the runner and the collector of scores check it."""
        result = json.loads((self.checkout / "result.json").read_bytes())
        assert result["schema"] == "classroom50/result/v1"
        for field, name in {
            "classroom": "CLASSROOM",
            "assignment": "ASSIGNMENT",
            "submission": "SUBMISSION_TAG",
        }.items():
            assert result[field] == IDENTITY[name]
        assert all(result[field].startswith("https://") for field in ("commit", "release", "review"))
        assert datetime.fromisoformat(result["datetime"]).tzinfo is not None
        for test in (*result["tests"], {"score": result["score"], "max-score": result["max-score"]}):
            assert type(test["score"]) is int and type(test["max-score"]) is int and test["score"] <= test["max-score"]
        assert all(test["test-name"] and type(test["passed"]) is bool for test in result["tests"])
        assert result["score"] == sum(test["score"] for test in result["tests"])
        return result


@pytest.fixture
def runner(written, tmp_path):
    """A job, before the student's work is put into the checkout."""
    with tarfile.open(tmp_path / "scalars.tar.gz", "w:gz") as packed:
        packed.add(written / "autograders" / "scalars", "scalars")
    with tarfile.open(tmp_path / "scalars.tar.gz") as packed:
        packed.extractall(tmp_path / "runtime", filter="data")
    shutil.copytree(written / "template", tmp_path / "checkout")
    (tmp_path / "checkout" / ".classroom50.yaml").write_text("assignment: scalars\n")
    return Runner(tmp_path / "checkout", tmp_path / "runtime" / "scalars")


def push(runner: Runner, files: dict[str, str]) -> None:
    for stub in (runner.checkout / "exercises").glob("ex*.py"):
        stub.unlink()
    lay({f"exercises/{name}" if name.startswith("ex") else name: text for name, text in files.items()}, runner.checkout)


@pytest.mark.parametrize("student", sampled(hand_ins(), ("right", "wrong", "empty")))
def test_points_are_those_of_grade(runner, by_grade, student):
    push(runner, hand_ins()[student])
    done = runner.run()
    assert done.returncode == 0, done.stderr
    result = runner.result
    assert {test["test-name"]: test["score"] for test in result["tests"]} == hundredths(by_grade(None)[student])
    assert result["max-score"] == 3500
    assert (runner.checkout / "release-body.md").read_text().startswith("## ")
    assert "found [" not in done.stdout and "::" not in done.stdout


def test_the_course_of_the_checkout_does_not_count(runner, by_grade):
    push(runner, hand_ins()["wrong"])
    text = (runner.checkout / "course.yml").read_text()
    (runner.checkout / "course.yml").write_text(text.replace("points: 2", "points: 200"))
    for bank in (runner.checkout / ".leafgrad").rglob("*.xz"):
        bank.write_bytes(b"")
    (runner.checkout / "leafgrad.key").write_text("mine\n")
    assert runner.run().returncode == 0
    assert runner.result["score"] == sum(hundredths(by_grade(None)["wrong"]).values())


def test_files_of_the_students_own_under_our_names_are_replaced(runner, tmp_path):
    push(runner, {})
    (runner.checkout / "result.json").write_text('{"score": 9}')
    (tmp_path / "elsewhere").write_text("kept")
    (runner.checkout / "release-body.md").symlink_to(tmp_path / "elsewhere")
    assert runner.run().returncode == 0
    assert runner.result["score"] == 0 and (tmp_path / "elsewhere").read_text() == "kept"
    assert "0 of 25 concepts" in (runner.checkout / "release-body.md").read_text()


def test_a_fault_is_told_by_the_exit_code_and_leaves_no_result(runner):
    push(runner, hand_ins()["right"])
    for name in ("result.json", "release-body.md"):
        (runner.checkout / name).write_text('{"score": 9}')
    shutil.make_archive(str(runner.bundle / "course"), "zip", runner.checkout / "exercises")
    done = runner.run()
    assert done.returncode == 1 and "course.yml" in done.stdout
    assert not (runner.checkout / "result.json").exists() and not (runner.checkout / "release-body.md").exists()


def test_nothing_in_it_needs_or_tells_the_secret(written, secret_key, solutions, runner):
    shutil.unpack_archive(runner.bundle / "course.zip", runner.bundle / "unpacked")
    places = [*written.rglob("*"), *(runner.bundle / "unpacked").rglob("*")]
    held = [path.read_bytes() for path in places if path.is_file()]
    assert not any(secret_key.encode() in data or data.startswith(b"id:") for data in held)
    assert not set(held) & set(solutions.values())


def test_the_template_has_no_workflow_of_its_own(written):
    assert not (written / "template" / ".github").exists()
    assert json.loads((written / "runtime.json").read_bytes())["python"] == "3.12"
