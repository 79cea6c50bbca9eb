"""Scores: the only arithmetic of points, and the published form of a report."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.report import CheckResult, Report, combine, json_schema, score_concept, sum_exercise, total


def check(status, weight=1.0):
    return CheckResult(id="c", says="s", status=status, weight=weight)


def test_a_concept_scores_the_weighted_share_of_its_checks():
    result = score_concept("mul", "a * b", 2.0, [check("passed", 3), check("failed", 1)])
    assert (result.score, result.max_score, result.status) == (1.5, 2.0, "failed")


def test_skipped_checks_are_left_out_of_the_share():
    assert score_concept("k", "kinks", 1.0, [check("passed"), check("skipped")]).score == 1.0
    nothing = score_concept("k", "kinks", 1.0, [check("skipped")])
    assert (nothing.score, nothing.max_score, nothing.status) == (0.0, 1.0, "skipped")


def test_what_is_partly_written_is_not_wrong_and_the_exercise_has_been_started():
    partly = score_concept("left", "2 - v", 2.0, [check("passed"), check("not_started")])
    assert (partly.score, partly.status) == (1.0, "not_started")
    assert score_concept("left", "2 - v", 2.0, [check("failed"), check("not_started")]).status == "failed"
    untouched = score_concept("mul", "a * b", 2.0, [check("not_started")])
    assert sum_exercise("ex", [partly, untouched]).status == "failed"
    assert sum_exercise("ex", [untouched]).status == "not_started"


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "skipped"], "passed"),
        (["skipped"], "skipped"),
        (["not_started", "not_started"], "not_started"),
        (["not_started", "passed"], "failed"),
        (["failed", "timeout"], "timeout"),
        (["failed", "crashed", "timeout"], "crashed"),
        (["error", "failed"], "error"),
    ],
)
def test_the_worst_that_happened_is_told(statuses, status):
    assert combine(statuses) == status


@given(
    st.lists(st.lists(st.sampled_from(["passed", "failed", "skipped"]), min_size=1, max_size=4), min_size=1),
    st.integers(1, 9),
)
def test_sums_are_finite_floats_within_bounds(concepts, points):
    results = [
        score_concept(str(n), "t", points / 3, [check(status) for status in checks])
        for n, checks in enumerate(concepts)
    ]
    score, most = total([sum_exercise("ex", results)])
    assert type(score) is float and type(most) is float
    assert 0.0 <= score <= most and math.isfinite(most)


def test_the_published_schema_is_the_models(root):
    stored = json.loads((root / "graders" / "report.schema.json").read_text())
    assert stored == json_schema()


def test_a_real_report_fits_the_schema(grade, solutions):
    wrong = solutions["ex02_closures.py"].replace(b"math.tanh", b"math.sinh")
    report = grade({"ex02_closures.py": wrong}, "ex02")
    import jsonschema  # takes 2 s

    jsonschema.validate(json.loads(report.model_dump_json()), json_schema())
    again = Report.model_validate_json(report.model_dump_json())
    assert again.model_dump() == report.model_dump()
