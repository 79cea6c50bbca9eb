"""Results for Gradescope and Classroom 50, and JUnit's XML: the scores of the report, and text that does no harm."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from graders.errors import EnvironmentTrouble
from graders.exports.classroom50 import classroom50
from graders.exports.gradescope import gradescope
from graders.exports.junit import junit
from tests.exports.samples import RUNNER

KINDS = ["right", "wrong", "hostile", "nothing"]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_gradescope_adds_up_to_the_report(of, kind):
    report = of("ann", kind)
    found = json.loads(json.dumps(gradescope(report), allow_nan=False))
    assert "score" not in found  # it would take the place of the sum
    assert sum(test["score"] for test in found["tests"]) == pytest.approx(report.score)
    assert sum(test["max_score"] for test in found["tests"]) == pytest.approx(report.max_score)
    assert {test["status"] for test in found["tests"]} <= {"passed", "failed"}
    assert all(test["output"].count("<") == 2 * (test["status"] == "failed") for test in found["tests"])
    assert set(found) <= {"output", "output_format", "test_output_format", "tests", "extra_data"}


def test_gradescope_shows_the_smallest_failing_case(of):
    failed = [test for test in gradescope(of("ann", "wrong"))["tests"] if test["status"] == "failed"]
    assert len(failed) == 1 and "out = a * b" in failed[0]["output"] and "they part here" in failed[0]["output"]


@pytest.mark.parametrize("kind", KINDS)
def test_classroom50_has_whole_numbers_that_add_up(of, kind):
    report = of("ann", kind)
    found = json.loads(json.dumps(classroom50(report, RUNNER, NOW), allow_nan=False))
    numbers = [
        found["score"],
        found["max-score"],
        *(test[key] for test in found["tests"] for key in ("score", "max-score")),
    ]
    assert all(type(value) is int for value in numbers)
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert found["score"] == pytest.approx(100 * report.score, abs=0.5 * len(found["tests"]))
    assert found["max-score"] == 100 * report.max_score
    assert [test["passed"] for test in found["tests"]] == [c.status == "passed" for _, c in report.concepts()]


def test_classroom50_says_what_the_runner_said_and_when_it_was_handed_in(of):
    found = classroom50(of("ann"), RUNNER, NOW)
    assert found["schema"] == "classroom50/result/v1" and found["classroom"] == "autumn"
    assert found["review"] == found["commit"] == RUNNER["COMMIT_URL"]
    assert found["datetime"] == found["graded_at"] == "2026-11-22T12:00:00Z"
    handed_in = of("ann").model_copy(update={"submitted_at": "2026-11-20T08:00:00Z"})
    assert classroom50(handed_in, RUNNER, NOW)["datetime"] == "2026-11-20T08:00:00Z"


def test_classroom50_outside_its_runner(of):
    with pytest.raises(EnvironmentTrouble, match="missing here: ASSIGNMENT, COMMIT_URL"):
        classroom50(of("ann"), {**RUNNER, "ASSIGNMENT": "", "COMMIT_URL": ""}, NOW)


def test_junit_counts_what_it_holds(of):
    reports = [of(kind, kind) for kind in KINDS]
    root = ET.fromstring(junit(reports))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == KINDS
    counted = [[suite.get(key) for key in ("tests", "failures", "errors", "skipped")] for suite in suites]
    statuses = [[concept.status for _, concept in report.concepts()] for report in reports]
    assert counted[0] == ["3", "0", "0", "0"] and counted[1] == ["3", "1", "0", "0"]
    for counts, found in zip(counted, statuses, strict=True):
        wrong = sum(status in ("failed", "not_started") for status in found)
        skipped = found.count("skipped")
        errors = len(found) - wrong - skipped - found.count("passed")
        assert counts == [str(len(found)), str(wrong), str(errors), str(skipped)]
    assert counted[2][2] == "2" and root.get("tests") == "12"


def test_junit_tells_two_students_apart_and_shows_the_case(of):
    root = ET.fromstring(junit([of("ann", "wrong"), of("ben")]))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names) and names[0] == ("ann.ex02_closures", "add")
    failure = next(root.iter("failure"))
    assert failure.get("type") == "failed" and "out = a * b" in failure.text


def test_junit_of_hostile_text_is_xml_and_shows_it(of):
    document = junit([of("\x1b]0;x\x07<b>\ud800", "hostile")])
    said = next(ET.fromstring(document).iter("error")).get("message")
    assert "<script>" in said and b"<script>" not in document and b"\x1b" not in document
