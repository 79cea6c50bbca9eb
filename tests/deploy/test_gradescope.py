"""`leafgrad deploy gradescope`: the zip is unpacked, set up and run as Gradescope does it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from places import ASSIGNMENT, CANARY, ROOT, Autograder, environment, hand_ins, leafgrad, open_python, packages

from tests.conftest import sampled

FEWER_WALLS = Path(__file__).with_name("fewer_walls.py")


@pytest.fixture(scope="module")
def archive(small: Path, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """autograder.zip of the small course, which has a secret key."""
    folder = tmp_path_factory.mktemp("gradescope") / "for gradescope"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEAFGRAD_KEY", secret_key)
        assert leafgrad("deploy", "gradescope", folder, "--from-index", "--course", small) == 0
    return folder / "autograder.zip"


@pytest.fixture(scope="module")
def autograder(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Autograder:
    """The image, in which Python has leafgrad already, set up."""
    made = Autograder.unpacked(archive, tmp_path_factory.mktemp("image") / "autograder")
    done = made.run("source/setup.sh", environ=environment())
    assert done.returncode == 0, done.stderr
    assert "leafgrad is ready: 2 exercises" in done.stdout and "Cases under the key " in done.stdout
    return made


def results_of(autograder: Autograder, environ: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    done = autograder.run("run_autograder", environ=environ or environment())
    return done.returncode, json.loads((autograder.tree / "results" / "results.json").read_bytes())


def scores_in(results: dict[str, Any]) -> dict[str, float]:
    return {test["name"].partition(":")[0]: test["score"] for test in results["tests"]}


def test_the_zip_holds_neither_the_key_nor_a_solution(archive, secret_key):
    with zipfile.ZipFile(archive) as file:
        held = {entry.filename: file.read(entry) for entry in file.infolist()}
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in file.infolist()}
    assert not any(secret_key.encode() in data for data in held.values())
    assert held["course/leafgrad.key"].startswith(b"id:")
    assert not {(ROOT / "solutions" / f"{name}.py").read_bytes() for name in ASSIGNMENT["scalars"]} & set(held.values())
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert {mode for name, mode in modes.items() if name.startswith("course/")} == {0o600}


@pytest.mark.parametrize("student", sampled(hand_ins(), ("right", "wrong", "thief", "empty")))
def test_points_are_those_of_grade(autograder, by_grade, secret_key, student):
    autograder.hand_in(hand_ins()[student])
    code, results = results_of(autograder)
    assert code == 0 and scores_in(results) == by_grade(secret_key)[student]
    assert "score" not in results and {test["visibility"] for test in results["tests"]} == {"visible"}
    assert results["extra_data"]["leafgrad"]["key_id"] not in ("public", "")
    assert sum(test["max_score"] for test in results["tests"]) == 35  # whatever was handed in


def test_a_wrong_answer_is_shown_with_its_smallest_case(autograder):
    autograder.hand_in(hand_ins()["wrong"])
    tests = {test["name"].partition(":")[0]: test for test in results_of(autograder)[1]["tests"]}
    assert tests["ex02_closures.mul"]["status"] == "failed" and tests["ex02_closures.add"]["status"] == "passed"
    assert "Smallest failing case" in tests["ex02_closures.mul"]["output"]


def test_a_hand_in_finds_neither_cases_nor_results(autograder):
    autograder.hand_in(hand_ins()["thief"])
    said = json.dumps(results_of(autograder)[1])
    assert "found [" in said
    assert CANARY not in said and "id:" not in said and "format: 1" not in said and "leafgrad==" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="walls and other users need Linux")
@pytest.mark.parametrize("level", ["base", "portable"])
def test_with_fewer_walls_it_finds_neither_cases_nor_results(autograder, by_grade, secret_key, level):
    """At level portable it runs as another user: what anybody may read is read there, so the rest was tried as well."""
    python = open_python()
    if python is None or os.geteuid() or not autograder.apart:
        pytest.skip("needs root, a mount namespace, and a Python that any user may run")
    settled = (autograder.tree / "source" / "python").read_text()
    wrapped = autograder.tree / "python-with-fewer-walls"
    wrapped.write_text(f'#!/bin/sh\nexec {python} {FEWER_WALLS} "$@"\n')
    wrapped.chmod(0o755)
    try:
        (autograder.tree / "source" / "python").write_text(f"/autograder/{wrapped.name}")
        environ = environment(PYTHONPATH=packages(), WALLS=level)
        for student in ("thief", "wrong", "forger"):
            autograder.hand_in(hand_ins()[student])
            code, results = results_of(autograder, environ)
            assert code == 0 and scores_in(results) == by_grade(secret_key)[student]
            ours = results["extra_data"]["leafgrad"]
            assert ours["isolation"] == level and any("no namespaces here" in wall for wall in ours["walls"])
            if student == "thief":
                said = json.dumps(results)
                assert (CANARY in said) == (level == "portable") and "PermissionError" in said
                assert "id:" not in said and "leafgrad==" not in said and "PYTHONPATH" not in said
    finally:
        (autograder.tree / "source" / "python").write_text(settled)


@pytest.fixture
def broken(autograder, tmp_path):
    """A copy of the image, to be broken, with a right hand-in and results of an earlier run."""
    shutil.copytree(autograder.tree, tmp_path / "autograder", symlinks=True)
    copy = Autograder(tmp_path / "autograder", autograder.apart)
    copy.hand_in(hand_ins()["right"])
    (copy.tree / "results" / "results.json").write_text('{"score": 0}')
    return copy


@pytest.mark.parametrize("what", ["banks", "course", "settings", "python", "package"])
def test_a_fault_of_ours_is_no_score(broken, what):
    course, environ = broken.tree / "source" / "course", environment()
    if what == "banks":
        for place in (*course.glob(".leafgrad/banks/*"), *course.glob(".leafgrad/cache/*")):
            place.unlink()
    elif what == "course":
        (course / "course.yml").write_text("format: 1\nexercises: 3\n")
    elif what == "settings":
        (course / ".leafgrad" / "deploy.json").unlink()
    elif what == "python":
        (broken.tree / "source" / "python").write_text("/nowhere/python3\n")
    else:
        environ["PYTHONPATH"] = str(broken.tree / "results")
        (broken.tree / "results" / "graders.py").write_text("raise ImportError('broken')\n")
    code, results = results_of(broken, environ)
    assert code == 1 and "score" not in results and "tests" not in results
    assert "no score" in results["output"] and "fault of the hand-in" in results["output"]


def test_setup_fails_where_it_would_not_grade(broken):
    for place in (broken.tree / "source" / "course").glob(".leafgrad/*/*.bank*"):
        place.unlink()
    done = broken.run("source/setup.sh", environ=environment())
    assert done.returncode and "leafgrad key seal" in done.stderr


def test_rights_that_the_unpacking_gave_are_taken_back(broken):
    for path in (broken.tree / "source").rglob("*"):
        path.chmod(0o777)
    assert broken.run("source/setup.sh", environ=environment()).returncode == 0
    assert stat.S_IMODE((broken.tree / "source").stat().st_mode) & 0o077 == 0
    course = broken.tree / "source" / "course"
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [course, *course.rglob("*")])


def test_a_link_in_the_hand_in_is_not_followed(autograder):
    autograder.hand_in({})
    (autograder.tree / "submission" / "ex01_finite_differences.py").symlink_to("../source/course/leafgrad.key")
    code, results = results_of(autograder)
    assert code == 0 and "id:" not in json.dumps(results) and not any(scores_in(results).values())
