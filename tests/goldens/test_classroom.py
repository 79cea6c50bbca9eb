"""The bundled class: every situation a class brings, each with its exact outcome.

`LEAFGRAD_WRITE_GOLDENS=1 pytest tests/goldens` rewrites the expected outcome; read the difference before committing it.
"""

import json
import os
from pathlib import Path

import pytest

from graders.batch import Batch, collect
from graders.executors.local import Local
from graders.report import Report

GOLDEN = Path(__file__).with_name("classroom.json")
ASKED = list(json.loads(GOLDEN.read_text())["fay"]["not passed"])
"""What the class was taught, all of which fay lacks: a concept that the course gets later is not asked of it."""


@pytest.fixture(scope="module")
def reports(course, store, root, tmp_path_factory) -> dict[str, Report]:
    batch = Batch(course, tmp_path_factory.mktemp("out"), store, ASKED, Local(2))
    return {report.student_id: report for report in batch.run(collect(root / "tests" / "classroom", course)).reports}


def outcome(report: Report) -> dict:
    concepts = {}
    for exercise, concept in report.concepts():
        named = [check.misconception.id for check in concept.checks if check.misconception]
        if concept.status != "passed":
            concepts[f"{exercise.id}.{concept.id}"] = " ".join([concept.status, *named])
    return {"score": report.score, "max_score": report.max_score, "not passed": concepts}


def test_each_student_gets_the_known_outcome(reports):
    found = {name: outcome(report) for name, report in reports.items()}
    if os.environ.get("LEAFGRAD_WRITE_GOLDENS"):
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n")
    assert found == json.loads(GOLDEN.read_text())


def test_the_differently_written_right_submission_has_full_marks(reports):
    assert reports["ada"].passed and reports["ada"].score == reports["ada"].max_score


def test_the_course_engine_loses_only_where_it_differs_from_torch(reports):
    ex02, ex03 = reports["bela"].exercises[:2]
    passed = {concept.id for concept in ex02.concepts if concept.status == "passed"}
    assert passed >= {"add", "sub", "mul", "div", "neg", "pow", "relu", "right_numbers", "left_numbers", "kinks"}
    walked = {concept.id for concept in ex03.concepts if concept.status == "passed"}
    assert walked >= {"order", "each_node_once", "fan_out", "seed"}
    differs = {"gradient_argument", "deep_chain", "intermediates_fresh", "two_losses", "leaves_accumulate"}
    assert {concept.id for concept in ex03.concepts} - walked <= differs


def test_an_untouched_stub_is_not_started_and_scores_nothing(reports):
    fay = reports["fay"]
    assert fay.score == 0 and {concept.status for _, concept in fay.concepts()} == {"not_started"}


def test_a_syntax_error_names_its_line_and_costs_only_its_file(reports):
    ex02, ex03, _ = reports["gus"].exercises
    assert ex02.score == 0 and ex03.score == ex03.max_score
    said = ex02.concepts[0].checks[0].message
    assert "SyntaxError" in said and "ex02_closures.py, line" in said


def test_an_endless_loop_costs_its_operation(reports):
    timeouts = {concept.id for concept in reports["hana"].exercises[0].concepts if concept.status == "timeout"}
    assert "exp" in timeouts and timeouts <= {"exp", "large_inputs"}


def test_sys_exit_is_told_with_its_line(reports):
    ex02, _, ex09 = reports["ivo"].exercises
    log = next(concept for concept in ex02.concepts if concept.id == "log")
    assert "SystemExit" in log.checks[0].message and "line" in log.checks[0].message
    assert "SystemExit" in ex09.concepts[0].checks[0].message


def test_a_flood_of_output_costs_nothing(reports):
    assert reports["jun"].exercises[0].score == reports["jun"].exercises[0].max_score


def test_every_counterexample_parts_from_torch_where_it_says(reports):
    for report in reports.values():
        for _, concept in report.concepts():
            for check in concept.checks:
                found = check.counterexample
                if found and check.status == "failed" and found.first_divergence:
                    label = found.first_divergence
                    assert found.actual.get(label) != found.expected[label], (report.student_id, concept.id)


def test_every_snippet_is_python_that_compiles(reports):
    for report in reports.values():
        for _, concept in report.concepts():
            for check in concept.checks:
                if check.counterexample:
                    compile(check.counterexample.snippet, "snippet", "exec")
