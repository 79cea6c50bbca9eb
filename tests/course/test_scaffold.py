"""An exercise and a course of one's own: what is written passes selftest, replaces nothing, and goes to students."""

import os
import subprocess
import sys

import pytest
import yaml

from graders.banks.store import BankStore
from graders.course.course import load_course
from graders.course.own import spec_of
from graders.course.release import release, seal
from graders.course.scaffold import FIRST, new_course, new_exercise
from graders.course.selftest import run_selftest
from graders.course.stubs import stub_source
from graders.errors import CourseError, UsageError
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.sandbox.pool import SandboxPool

FLOW = "exercises: [{id: ex01_x, title: x, concepts: [{id: a, title: a, points: 1}]}]\n"


@pytest.fixture
def own(tmp_path):
    new_course(tmp_path / "autumn")
    return tmp_path / "autumn"


def graded(course, store, name, source):
    pool = SandboxPool(course)
    try:
        files = Files({f"{name}.py": source}, student_id="x")
        return Grader(course, store, pool, Budget(calls=20)).grade(files, [name])
    finally:
        pool.close()


def test_a_new_course_and_a_second_exercise_pass_selftest(own):
    new_exercise(own, "ex02_squash")
    course = load_course(own)
    assert course.exercise_ids == (FIRST, "ex02_squash") and len(course.exercises[1].concepts) == 1
    result = run_selftest(course, course.exercise_ids)
    assert result.good and len(result.mutants) == 6
    named = {one.mutant.id: dict(one.named) for one in result.mutants if one.mutant.exercise == "ex02_squash"}
    assert named["value_for_slope"] == {"slope": "value_for_slope"} and not named["wrong_sign"]


def test_what_a_student_reads_runs_and_says_what_torch_gives(own):
    course, name = load_course(own), FIRST
    wrong = (own / "solutions" / f"{name}.py").read_bytes().replace(b"value * (1 - value)", b"1 - value")
    (concept,) = graded(course, BankStore(course), name, wrong).exercises[0].concepts
    found = concept.checks[0].counterexample
    assert found.expected == {"slope": 0.25} and found.actual == {"slope": 0.5}
    assert concept.checks[0].misconception.id == "one_factor"
    printed = []
    exec(wrong.decode() + found.snippet, {"print": lambda *said: printed.append(said), "__name__": "x"})
    assert printed == [("slope", 0.5)]


def test_students_and_other_machines_get_the_checks_and_no_solution(own, tmp_path):
    course = load_course(own)
    release(course, tmp_path / "kit")
    seal(course, "a secret of some length 123", tmp_path / "sealed")
    for home in (tmp_path / "kit", tmp_path / "sealed"):
        there = load_course(home)
        assert spec_of(there.folder, FIRST).concepts[0].id == "slope"
        assert not (home / "solutions").exists()
    kit = load_course(tmp_path / "kit")
    store = BankStore(kit, folder=tmp_path / "cache")
    report = graded(kit, store, FIRST, (own / "solutions" / f"{FIRST}.py").read_bytes())
    assert report.passed and not store.nameless(FIRST)
    assert stub_source(course, FIRST) == (own / "exercises" / f"{FIRST}.py").read_bytes()


def test_what_the_checks_print_neither_hangs_nor_counts(own, tmp_path):
    file = own / "concepts" / f"{FIRST}.py"
    file.write_text(f'{file.read_text()}\nimport sys\nprint("1 of 2")\nsys.stderr.write("x" * 200_000)\n')
    code = "import sys; from graders.banks.store import BankStore; from graders.course.course import load_course\n"
    code += f"BankStore(load_course(sys.argv[1]), progress=print).prepare([{FIRST!r}])"
    environment = os.environ | {"LEAFGRAD_CACHE": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code, own], env=environment, check=True, capture_output=True, timeout=300)


def test_changed_checks_make_new_cases(own):
    course = load_course(own)
    before = BankStore(course).cases_digest(FIRST)
    file = own / "concepts" / f"{FIRST}.py"
    file.write_text(file.read_text().replace('"high": 4.0', '"high": 3.0'))
    assert BankStore(course).cases_digest(FIRST) != before


@pytest.mark.parametrize(
    "end", ["", "\n\n# the end\nlimits: {wall: 1.0}\n", "limits: {wall: 1.0}\n", "\n   \n# one\n\n# two\n"]
)
@pytest.mark.parametrize("indent", ["", "  ", "      "])
def test_course_yml_keeps_all_else(own, end, indent):
    path = own / "course.yml"
    head, _, rest = path.read_text().partition("exercises:\n")
    text = head + "exercises:  # all\n" + "".join(f"{indent}{line[2:]}\n" for line in rest.splitlines()) + end
    path.write_text(text)
    new_exercise(path, "ex13_squash")
    after = path.read_text()
    assert [line for line in text.splitlines() if line.strip() and line not in after.splitlines()] == []
    was, now = yaml.safe_load(text), yaml.safe_load(after)
    assert [one["id"] for one in now["exercises"]] == [FIRST, "ex13_squash"]
    assert {**now, "exercises": 0} == {**was, "exercises": 0} and now["exercises"][0] == was["exercises"][0]
    assert after.rstrip().endswith(end.strip())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sigmoid", "will not do"), ("ex3_x", "will not do"), ("ex03_Ümlaut", "will not do"), 
        ("../ex03_x", "will not do"),
        ("ex03_" + "a" * 60, "will not do"), ("ex03_x\n", "will not do"), ("", "will not do"), ("ex03_", "will not do"),
        ("ex03_print", "means something"), ("ex03_class", "means something"), ("ex03_math", "means something"),
        ("ex01_other", "ex01 is taken by ex01_sigmoid"),
    ],
)  # fmt: skip
def test_names_that_will_not_do(own, name, said):
    before = sorted(own.rglob("*"))
    with pytest.raises(UsageError, match=said):
        new_exercise(own, name)
    assert sorted(own.rglob("*")) == before


def test_nothing_is_replaced(own, tmp_path):
    (own / "solutions" / "ex02_squash.py").write_text("mine")
    text = (own / "course.yml").read_text()
    with pytest.raises(UsageError, match=r"solutions/ex02_squash\.py is there already"):
        new_exercise(own, "ex02_squash")
    assert (own / "solutions" / "ex02_squash.py").read_text() == "mine" and (own / "course.yml").read_text() == text
    assert not (own / "exercises" / "ex02_squash.py").exists()
    with pytest.raises(UsageError, match="not empty"):
        new_course(own)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is there already"):
        new_course(tmp_path / "file")
    with pytest.raises(UsageError, match="will not do for a course"):
        new_course(tmp_path / "a course")
    (tmp_path / "empty").mkdir()
    assert len(new_course(tmp_path / "empty")) == 7


def test_a_course_yml_in_another_form_is_left_alone(own):
    text = (own / "course.yml").read_text().partition("exercises:\n")[0].partition("assignments:")[0] + FLOW
    (own / "course.yml").write_text(text)
    with pytest.raises(CourseError, match="no list `exercises:`"):
        new_exercise(own, "ex02_squash")
    assert (own / "course.yml").read_text() == text and not (own / "concepts" / "ex02_squash.py").exists()


def test_a_broken_declaration_is_a_sentence_with_its_file(own):
    file = own / "concepts" / f"{FIRST}.py"
    file.write_text(file.read_text().replace('ConceptSpec("slope"', 'ConceptSpec("slop"'))
    with pytest.raises(CourseError, match=rf"the concept 'slope', which .*{FIRST}\.py does not declare"):
        run_selftest(load_course(own), [FIRST])
    file.write_text("EXERCISE = (\n")
    with pytest.raises(CourseError, match=rf"{FIRST}\.py, line 1: SyntaxError"):
        run_selftest(load_course(own), [FIRST])
    new_exercise(own, "ex13_squash")
    (own / "concepts" / "ex13_squash.py").unlink()
    with pytest.raises(CourseError, match="leafgrad new exercise"):
        run_selftest(load_course(own), ["ex13_squash"])
