"""`pytest --leafgrad`: the same verdicts, and the student's file never enters pytest's process."""

import os
import shutil
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from graders.course.course import load_course
from tests.conftest import ROOT

CONCEPTS = len(load_course(ROOT).exercise("ex02_closures").concepts)
MUL = b"self.grad += other.data * out.grad"


@pytest.fixture
def kit(given_out, tmp_path, solutions):
    """A student's folder: ex02 with one wrong closure, the other stubs as they came."""
    shutil.copytree(given_out, tmp_path / "kit")
    (tmp_path / "kit" / "pytest.ini").unlink()  # which asks for --leafgrad
    write(tmp_path / "kit", solutions["ex02_closures.py"].replace(MUL, MUL.replace(b"+=", b"=")))
    return tmp_path / "kit"


def write(kit, source):
    (kit / "exercises" / "ex02_closures.py").write_bytes(source)


def run(kit, *arguments, leafgrad=True):
    option = ["--leafgrad"] if leafgrad else []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *option, *arguments],
        capture_output=True,
        text=True,
        cwd=kit,
        env=os.environ | {"COLUMNS": "100", "PYTEST_ADDOPTS": ""},
    )
    assert "Traceback" not in done.stdout + done.stderr and "INTERNALERROR" not in done.stdout + done.stderr
    return done


def properties(case):
    return {one.get("name"): one.get("value") for one in case.findall("properties/property")}


def test_every_concept_is_a_test_with_the_score_of_check(kit, grade):
    done = run(kit, "exercises/ex02_closures.py", "--junitxml=out.xml")
    said = {case.get("name"): properties(case) for case in ET.parse(kit / "out.xml").iter("testcase")}
    report = grade({"ex02_closures.py": (kit / "exercises" / "ex02_closures.py").read_bytes()}, "ex02_closures")
    assert said == {
        concept.id: {
            "concept": f"{exercise.id}.{concept.id}",
            "status": concept.status,
            "score": str(concept.score),
            "max_score": str(concept.max_score),
        }
        for exercise, concept in report.concepts()
    }
    assert {name for name, one in said.items() if one["status"] != "passed"} == {"mul"}
    assert done.returncode == 1


def test_a_failure_reads_as_on_the_command_line(kit):
    done = run(kit, "exercises/ex02_closures.py::mul")
    assert "Smallest failing case:" in done.stdout and "they part here" in done.stdout
    assert "FAILED exercises/ex02_closures.py::mul - Failed: a.grad is 3.0; torch gives 4.0." in done.stdout
    assert "0/1 concepts, 1.33/2 points" in done.stdout
    assert "Next: mul in ex02_closures.py. A hint: leafgrad hint ex02_closures.mul" in done.stdout


def test_what_passes_ends_with_exit_0(kit):
    done = run(kit, "exercises/ex02_closures.py::add")
    assert done.returncode == 0 and "1/1 concepts, 1/1 points" in done.stdout


def test_a_concept_that_waits_does_not_end_well(kit, course):
    waiting = next(
        f"exercises/{exercise.id}.py::{concept.id}"
        for exercise in course.exercises
        for concept in exercise.concepts
        if concept.requires and exercise.flavour != "torch"
    )
    done = run(kit, waiting, "-rs")
    assert "1 skipped" in done.stdout and "Waits for" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("how", [["exercises/ex02_closures.py"], ["exercises", "--doctest-modules"]])
def test_the_students_file_runs_in_the_worker_alone(kit, tmp_path, how):
    trace = tmp_path / "was_here"
    write(kit, f"open({str(trace)!r}, 'w')\nimport os\nos._exit(0)\n".encode())
    done = run(kit, *how, "-k", "ex02", "-o", "python_files=*.py")
    assert not trace.exists()
    assert done.returncode == 1 and f"{CONCEPTS} failed" in done.stdout


def test_a_syntax_error_is_a_sentence_with_its_line(kit):
    write(kit, b"class Value:\n    def __add__(self, other:\n")
    done = run(kit, "exercises/ex02_closures.py::add")
    assert done.returncode == 1 and "line 2" in done.stdout


def test_what_a_student_writes_does_not_steer_the_terminal(kit, solutions):
    write(kit, solutions["ex02_closures.py"].replace(MUL, rb"raise ValueError('\x1b[2J\u202e gone')"))
    done = run(kit, "exercises/ex02_closures.py::mul")
    assert "gone" in done.stdout and "\x1b" not in done.stdout and "\u202e" not in done.stdout


def test_the_same_exercise_in_two_folders_counts_twice(kit, solutions):
    (kit / "again").mkdir()
    (kit / "again" / "ex02_closures.py").write_bytes(solutions["ex02_closures.py"])
    done = run(kit, "exercises/ex02_closures.py::mul", "again/ex02_closures.py::mul")
    assert "1/2 concepts, 3.33/4 points" in done.stdout and "1 failed, 1 passed" in done.stdout


def test_several_processes_report_the_same_points(kit):
    done = run(kit, "exercises/ex02_closures.py", "-n", "2")
    assert done.returncode == 1 and "1 failed" in done.stdout
    assert f"{CONCEPTS - 1}/{CONCEPTS} concepts" in done.stdout
    assert "leafgrad hint ex02_closures.mul" in done.stdout


def test_without_the_option_pytest_is_as_it_was(kit):
    assert run(kit, "exercises", leafgrad=False).returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_other_tests_stand_beside_the_concepts(kit):
    (kit / "exercises" / "test_own.py").write_text("def test_own():\n    pass\n")
    done = run(kit, "exercises/test_own.py", "exercises/ex02_closures.py::add")
    assert done.returncode == 0 and "2 passed" in done.stdout and "1/1 concepts" in done.stdout


def test_only_collecting_grades_nothing(kit):
    done = run(kit, "exercises/ex02_closures.py", "--collect-only", "-q")
    assert "exercises/ex02_closures.py::mul" in done.stdout and "points" not in done.stdout
    assert done.returncode == 0


def test_a_notebook_counts_where_there_is_no_file(kit, solutions):
    import nbformat

    cells = [nbformat.v4.new_code_cell(solutions["ex02_closures.py"].decode())]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), kit / "exercises" / "ex02_closures.ipynb")
    assert "1 failed" in run(kit, "exercises", "-k", "ex02").stdout
    (kit / "exercises" / "ex02_closures.py").unlink()
    assert f"{CONCEPTS} passed" in run(kit, "exercises", "-k", "ex02").stdout


@pytest.mark.parametrize(("text", "said"), [(None, "No course.yml in"), ("format: 1\ncolour: red\n", "colour")])
def test_no_course_or_a_broken_one_is_a_sentence(kit, text, said):
    (kit / "course.yml").unlink()
    if text:
        (kit / "course.yml").write_text(text)
    done = run(kit, "exercises")
    assert done.returncode == pytest.ExitCode.INTERRUPTED and "1 error" in done.stdout
    assert said in done.stdout and "pytest_plugin.py" not in done.stdout
