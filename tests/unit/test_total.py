"""Every renderer and every export takes every report that validates, whatever stands in it."""

import io
import json
import math
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rich.console import Console

from graders.exports.classroom50 import classroom50
from graders.exports.gradescope import gradescope
from graders.exports.junit import junit
from graders.exports.moodle import comment
from graders.grading.tables import grades_csv, scores_csv
from graders.notebook.comments import comment_on
from graders.render.classroom import show_class
from graders.render.fragment import concept_html, concept_text
from graders.render.html import class_page, student_page
from graders.render.pictures import curves_svg, sparkline
from graders.render.standing import standing_of
from graders.render.terminal import show_report
from graders.report import (
    CheckResult,
    ConceptResult,
    Counterexample,
    ExerciseResult,
    NamedMisconception,
    Report,
)
from tests.exports.samples import RUNNER

HOSTILE = "[/red] ]]> <script>\x00\x1b[31m\u202e\ud800\ufffe{{7*7}} =cmd|' \\ & $x$ \r\n"
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", HOSTILE, "=1+1", "[/]", "\x1b]0;t\x07"]),
    st.just(300_000).map(lambda length: "x" * length),
)
FLOATS = st.one_of(st.floats(), st.sampled_from([1.7e308, -1.7e308, 5e-324, 0.0]))
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([0.0, 1.0, 1.7e308]))
STATUSES = st.sampled_from(["passed", "failed", "error", "timeout", "memory", "crashed", "skipped", "not_started"])
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), FLOATS, st.sampled_from([-1, HOSTILE]), st.just(5000).map(lambda digits: 10**digits)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
EXAMPLES = st.builds(
    Counterexample,
    snippet=TEXTS,
    expected=st.dictionaries(st.sampled_from(["out.data", "a.grad", HOSTILE]), VALUES),
    actual=st.dictionaries(st.sampled_from(["out.data", "a.grad", HOSTILE]), VALUES),
    first_divergence=st.sampled_from([None, "a.grad", HOSTILE]),
    kind=st.sampled_from(["", "scalar", "tensor", "timeline", "torch_graph", "call", "../os", "no such"]),
    case=VALUES,
)
CHECKS = st.builds(
    CheckResult,
    id=TEXTS,
    says=TEXTS,
    status=STATUSES,
    counterexample=st.none() | EXAMPLES,
    misconception=st.none() | st.builds(NamedMisconception, id=TEXTS, sentence=TEXTS),
    message=TEXTS,
    curves=st.none() | st.dictionaries(st.sampled_from(["torch", "yours", HOSTILE]), st.lists(FLOATS, max_size=5)),
)
CONCEPTS = st.builds(
    ConceptResult,
    id=TEXTS,
    title=TEXTS,
    score=NUMBERS,
    max_score=NUMBERS,
    status=STATUSES,
    checks=st.lists(CHECKS, max_size=2),
)
EXERCISES = st.builds(
    ExerciseResult,
    id=st.sampled_from(["ex02_closures", HOSTILE]),
    score=NUMBERS,
    max_score=NUMBERS,
    status=STATUSES,
    concepts=st.lists(CONCEPTS, max_size=2),
)
REPORTS = st.builds(
    Report,
    course=TEXTS,
    grader_version=TEXTS,
    key_id=TEXTS,
    isolation=TEXTS,
    student_id=TEXTS,
    submission_sha256=TEXTS,
    submitted_at=st.none() | TEXTS,
    score=NUMBERS,
    max_score=NUMBERS,
    notes=st.lists(TEXTS, max_size=2),
    signals=st.lists(TEXTS, max_size=2),
    exercises=st.lists(EXERCISES, max_size=2),
)


def shown(show, *given):
    stream = io.StringIO()
    show(Console(file=stream, width=100, color_system=None, highlight=False), *given)
    return stream.getvalue()


def harmless(text):
    """No character that a terminal, a browser or UTF-8 stumbles over."""
    text.encode()
    assert not {"\x1b", "\x00", "\u202e", "\ud800", "\x07"} & set(text)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # texts of many kB are wanted here
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(REPORTS, max_size=3))
def test_whatever_validates_is_shown_and_exported(course, reports):
    harmless(shown(show_class, standing_of(reports)))
    harmless(page := class_page(course, reports, [HOSTILE]))
    assert page.count("<script") == bool(reports)
    for line in (*grades_csv(reports, [HOSTILE]).splitlines(), *scores_csv(reports).splitlines()):
        harmless(line)
    faults = []
    document = junit(reports, faults)
    ElementTree.fromstring(document)
    assert not faults
    for report in reports:
        harmless(shown(show_report, report))
        harmless(page := student_page(course, report, ["ex02_closures", HOSTILE]))
        assert "<script" not in page
        json.dumps(gradescope(report), ensure_ascii=False, allow_nan=False)
        json.dumps(classroom50(report, RUNNER, datetime(2026, 1, 1, tzinfo=UTC)), allow_nan=False)
        for text in (comment(report), comment_on(report)):
            harmless(text)
            assert "<script" not in text.replace("\\<", "")  # Markdown shows what follows a backslash
        for exercise, concept in report.concepts():
            harmless(concept_html(exercise.id, concept, report.notes))
            harmless(concept_text(exercise.id, concept, report.notes))


@settings(max_examples=200, deadline=None)
@given(st.lists(FLOATS))
def test_curves_of_any_numbers_are_drawn(values):
    assert len(sparkline(values)) <= 32
    svg = curves_svg({"torch": values, "yours": [1.0]})
    assert "nan" not in svg and "inf" not in svg.replace("infinite", "")
    ElementTree.fromstring(svg)


def test_a_span_that_is_no_float_still_rises_and_falls():
    assert sparkline([-1.7e308, 0.0, 1.7e308]) in ("▁▄█", "▁▅█") and sparkline([0.0, 5e-324]) in ("▁█", "▁▁")


@pytest.mark.parametrize("name", ["score", "max_score"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_score_is_a_finite_number(name, value):
    numbers = {"score": 1.0, "max_score": 1.0} | {name: value}
    with pytest.raises(ValidationError):
        ConceptResult(id="a", title="b", status="passed", **numbers)


def test_curves_that_are_not_finite_are_read_back():
    check = CheckResult(id="a", says="b", status="failed", curves={"yours": [math.nan, math.inf, 1.0]})
    again = CheckResult.model_validate_json(check.model_dump_json()).curves["yours"]
    assert math.isnan(again[0]) and again[1:] == [math.inf, 1.0]
