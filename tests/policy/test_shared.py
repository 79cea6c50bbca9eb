"""Reports of a class are read and written by what they share: the same as if each were read and written alone."""

import json

import pytest
from pydantic import ValidationError

from graders.grading.shared import Reader, Writer
from graders.report import ConceptResult, Report
from tests.conftest import sampled
from tests.policy.generated import KINDS, reports


@pytest.fixture(scope="module")
def drawn(course):
    return [one for _, attempts in reports(course, 2 * len(KINDS)) for one in attempts]


def test_what_is_read_and_written_is_the_same(drawn):
    reader, writer = Reader(), Writer()
    for report in drawn:
        data = report.model_dump_json(indent=1).encode()
        read = reader.load(data)
        assert read == Report.model_validate_json(data)
        assert writer.dump(read) == data == writer.dump(report)


def test_what_two_reports_share_is_validated_once(drawn, monkeypatch):
    first, second = (one for one in drawn if one.student_id.startswith("ada"))
    reader, seen = Reader(), []
    validate = ConceptResult.model_validate_json
    monkeypatch.setattr(ConceptResult, "model_validate_json", lambda data: seen.append(data) or validate(data))
    one, other = (reader.load(report.model_dump_json(indent=1).encode()) for report in (first, second))
    assert len(seen) == len(set(seen)) == len(one.concepts())
    assert all(a is b for (_, a), (_, b) in zip(one.concepts(), other.concepts(), strict=True))


@pytest.mark.parametrize("indent", sampled([None, 0, 2, 3, 4], [None, 2]))
def test_a_file_that_is_laid_out_otherwise_is_read_as_a_whole(drawn, indent):
    data = drawn[1].model_dump_json(indent=1).encode()
    other = json.dumps(json.loads(data), indent=indent, sort_keys=indent == 4).encode()
    assert Reader().load(other) == Report.model_validate_json(data)


def test_exercises_without_concepts_and_without_exercises(drawn):
    exercises = [
        one.model_copy(update={"concepts": []}) if number else one for number, one in enumerate(drawn[1].exercises)
    ]
    for some in (exercises, exercises[1:], []):
        report = drawn[1].model_copy(update={"exercises": some})
        data = report.model_dump_json(indent=1).encode()
        assert Writer().dump(report) == data and Reader().load(data) == Report.model_validate_json(data)


def test_texts_that_look_like_the_layout(drawn):
    trap = '"concepts": [\n    {\n', '"concepts": []', "\n    },\n    {\n", "\n    }\n   ]"
    report = drawn[1].model_copy(update={"notes": [*trap], "student_id": trap[0]}, deep=True)
    report.exercises[0].concepts[0].title = "".join(trap)
    report.exercises[0].concepts[0].checks[0].message = json.dumps(trap)
    data = report.model_dump_json(indent=1).encode()
    assert Writer().dump(report) == data and Reader().load(data) == Report.model_validate_json(data)


@pytest.mark.parametrize("broken", [b"", b"{}", b"\xff\xfe", b'"concepts": [\n    {\n'])
def test_what_is_no_report_is_refused(drawn, broken):
    data = drawn[1].model_dump_json(indent=1).encode()
    for bad in (broken, data[:-20], data[: len(data) // 2], data.replace(b'"checks"', b'"cheques"', 1)):
        with pytest.raises(ValidationError):
            Reader().load(bad)
