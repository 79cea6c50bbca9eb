"""The bundled class: every situation a class brings, each with its exact outcome.

`LEAFGRAD_WRITE_GOLDENS=1 pytest tests/goldens` rewrites the expected outcome; read the difference before committing it.
"""

import io
import json
import os
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from graders.render.concept import shown_check, word
from graders.render.terminal import MOST_LINES, show_report
from graders.report import Report

GOLDEN = Path(__file__).with_name("classroom.json")


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


@pytest.mark.parametrize("width", [80, 120])
def test_no_report_is_longer_than_60_lines_or_wider_than_the_terminal(reports, width):
    for name, report in reports.items():
        shown = printed(report, width).rstrip("\n").split("\n")
        assert len(shown) <= MOST_LINES == 60, name
        assert max(map(cell_len, shown)) <= width, name


def test_a_file_that_cannot_be_loaded_is_told_once_and_is_the_next_step(reports):
    said = printed(reports["gus"], 80)
    assert said.count("cannot be loaded") == said.count("was never closed") == said.count("^") == 1
    assert "ex02_closures.py, line 32:" in said and "Next: fix line 32 of ex02_closures.py." in said
    assert "leafgrad hint" not in said
    said = printed(reports["ivo"], 80)
    assert said.count("cannot be loaded") == 1 and "sys.exit" in said and '`if __name__ == "__main__":`' in said


def test_an_idea_behind_several_concepts_is_told_in_full_once(reports):
    said = printed(reports["lena"], 80)
    assert said.count("visited once for every path") == said.count(", same idea as each_node_once") == 1
    assert said.count("on the intermediates are sent") == said.count(", same idea as intermediates_fresh") == 1
    said = printed(reports["nora"], 80)
    assert said.count("did you mean backwards?") == 1 and said.count("missing, same cause as order") == 9
    said = printed(reports["dana"], 80)
    assert "two_losses  0/2  wrong, same idea as intermediates_fresh" in said


def test_one_failure_of_each_report_is_shown_in_full(reports):
    for name, report in reports.items():
        failed = any(check.counterexample for _, concept in report.concepts() for check in concept.checks)
        assert printed(report, 80).count("Smallest failing case:") == failed, name


def test_the_word_of_a_concept_is_what_its_sentence_says(reports):
    """`raises` goes with the name of an exception, `wrong` with two values or a sentence, `missing` with a name."""
    words = {}
    for report in reports.values():
        for _, concept in report.concepts():
            check = shown_check(concept)
            if check and concept.status not in ("not_started", "skipped"):
                words.setdefault(word(concept), []).append(check.message)
    raised = re.compile(r"(Error|Exit|Exception|TooMuchWork)\b")
    assert all(raised.search(said) for said in words["raises"])
    assert not any(raised.search(said.partition("; ")[0]) for said in words["wrong"])
    assert all(said.startswith(("No ", "Value has no ")) for said in words["missing"]) and len(words["missing"]) > 10
    assert all("No answer after" in said for said in words["no answer in time"])


def printed(report, width):
    stream = io.StringIO()
    show_report(Console(file=stream, width=width, color_system=None, highlight=False), report)
    return stream.getvalue()


def test_every_snippet_is_python_that_compiles(reports):
    for report in reports.values():
        for _, concept in report.concepts():
            for check in concept.checks:
                if check.counterexample:
                    compile(check.counterexample.snippet, "snippet", "exec")
