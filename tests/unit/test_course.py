"""course.yml: every mistake is one sentence with file, line and key."""

from datetime import datetime
from pathlib import Path

import pytest

from graders.course.course import load_course
from graders.errors import CourseError, UsageError

GOOD = """\
format: 1
course: tiny
title: Tiny
public_key: k
exercises:
  - id: ex02_closures
    title: Closures
    concepts:
      - id: mul
        title: a * b
        points: 2
      - id: add
        title: a + b
        points: 1
        requires: [ex02_closures.mul]
"""
DUE = "assignments: [{id: hw, title: Hw, exercises: [ex02_closures], due"


def load(tmp_path: Path, text: str):
    (tmp_path / "course.yml").write_text(text)
    return load_course(tmp_path)


def test_a_good_course_loads(tmp_path):
    course = load(tmp_path, GOOD)
    assert course.exercise("ex02").max_score == 3
    assert course.concept("ex02.add")[1].requires == ("ex02_closures.mul",)
    assert course.exercise("ex02_closures").flavour == "python"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("points: 2", "point: 2", 11, "no such key"),
        ("points: 2", "points: -2", 11, "greater than 0"),
        ("points: 2", "points: .inf", 11, "finite"),
        ("title: Tiny", "title: Tiny\nlimits: {wall: .inf}", 4, "finite"),
        ("title: Tiny", "title: Tiny\ndefaults: {rtol: .nan}", 4, "finite"),
        ("points: 2", "points: two", 11, "number"),
        ("id: add", "id: mul", 12, "twice"),
        ("format: 1", "format: 0", 1, "1"),
        ("id: mul", "id: 'm u l'", 9, "made of letters, digits, _ and - only"),
        ("        title: a * b\n", "", 9, "title: this key is missing"),
        ("title: Tiny", "title: [Tiny]", 3, "title: this should be text"),
        ("requires: [ex02_closures.mul]", "requires: ex02_closures.mul", 15, "requires: this should be a list"),
        ("points: 2", "points: two", 11, "points: this should be a number"),
        ("[ex02_closures.mul]", "[ex02_closures.mull]", 15, "does not exist"),
        ("title: Tiny", "title: Tiny\ntitle: Again", 4, "twice"),
        ("title: Tiny", "title: [Tiny", 4, "not YAML"),
        ("title: Tiny", "title: Tiny\n? [a, b]\n: 1", 4, "a key is a list"),
        ("points: 2", "points: !!int two", 11, "two cannot be read as int"),
        ("title: Tiny", "title: Tiny\nlimits: {memory: 99999999999}", 4, "less than or equal to"),
        ("exercises:", f"{DUE}: 2027-02-30}}]\nexercises:", 5, "2027-02-30 cannot be read as timestamp (day is out of"),
        ("exercises:", f"{DUE}: 20270207}}]\nexercises:", 5, "write a time such as 2027-02-07T23:59:00Z"),
        ("exercises:", f"{DUE}: 2027-02-07, late: {{grace_minutes: .inf}}}}]\nexercises:", 5, "finite"),
    ],
)
def test_each_mistake_names_file_and_line(tmp_path, old, new, line, said):
    with pytest.raises(CourseError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    text = str(caught.value)
    assert f"course.yml, line {line}" in text
    assert said in text
    assert "\n" not in text


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: " + "[" * 3000 + "]" * 3000])
def test_a_file_without_a_bottom_is_one_sentence(tmp_path, text):
    newer_parsers_say = "exceeded maximum nesting depth"
    ours = "stands inside what it repeats, or lists are nested too deeply"
    with pytest.raises(CourseError, match=f"{ours}|{newer_parsers_say}"):
        load(tmp_path, GOOD + text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_course_saved_as_something_else_than_utf8_says_so_in_one_line(tmp_path, encoding):
    (tmp_path / "course.yml").write_bytes(GOOD.encode(encoding))
    with pytest.raises(CourseError, match="Save it as UTF-8") as caught:
        load_course(tmp_path)
    assert "\n" not in str(caught.value) and "position" not in str(caught.value)


@pytest.mark.parametrize("day", ["2027-02-07", "'2027-02-07'"])
def test_a_day_alone_is_due_in_its_last_minute(tmp_path, day):
    course = load(tmp_path, GOOD.replace("exercises:", f"{DUE}: {day}}}]\nexercises:", 1))
    assert course.assignments[0].due == datetime(2027, 2, 7, 23, 59)


LATER = """\
  - id: ex03_backward
    title: Walk
    concepts:
      - {id: order, title: Order, points: 1, requires: [ex02_closures.mul]}
      - {id: walk, title: Walk, points: 1, requires: [ex03_backward.order]}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("points: 2", "points: 2\n        requires: [ex02_closures.add]", 12, "in turn"),
        ("[ex02_closures.mul]\n  -", "[ex02_closures.add]\n  -", 15, "in turn"),
        ("[ex02_closures.mul]\n  -", "[ex02_closures.mul, ex03_backward.order]\n  -", 15, "move it up"),
        ("points: 2", "points: 2\n        requires:\n          - ex03_backward.walk", 13, "in turn"),
        ("points: 1, requires: [ex02_closures.mul]", "points: 1, requires: [ex03_backward.walk]", 19, "in turn"),
        ("points: 1, requires: [ex02_closures.mul]", "points: 1, requires: [ex03_backward.order]", 19, "in turn"),
        ("[ex03_backward.order]", "[ex02_closures.mul, ex03_backward.oder]", 20, "does not exist"),
    ],
)
def test_a_concept_that_could_never_be_graded_is_refused(tmp_path, old, new, line, said):
    assert (GOOD + LATER).count(old) == 1
    with pytest.raises(CourseError) as caught:
        load(tmp_path, (GOOD + LATER).replace(old, new))
    assert f"course.yml, line {line}, key exercises." in str(caught.value) and said in str(caught.value)


def test_requirements_may_lie_in_earlier_exercises(tmp_path):
    assert len(load(tmp_path, GOOD + LATER).exercises) == 2


def test_a_second_exercise_of_the_same_id_is_refused(tmp_path):
    with pytest.raises(CourseError, match="ex02_closures.*twice"):
        load(tmp_path, GOOD + GOOD[GOOD.index("  - id: ex02") :])


def test_a_missing_course_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match=r"No course\.yml"):
        load_course()


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just text", "\x00"])
def test_what_is_no_mapping_is_refused(tmp_path, content):
    with pytest.raises(CourseError):
        load(tmp_path, content)


def test_names_on_the_command_line_are_explained(course):
    with pytest.raises(UsageError, match="ex02_closures"):
        course.exercise("ex99")
    with pytest.raises(UsageError, match="has no concept 'mull'"):
        course.concept("ex02_closures.mull")
    assert course.exercise("ex02").id == "ex02_closures"


def test_the_bundled_course_matches_its_declarations(course, root):
    from graders.spec import load_spec

    for exercise in course.exercises:
        declared = [concept.id for concept in load_spec(exercise.id).concepts]
        assert declared == [concept.id for concept in exercise.concepts], exercise.id
        assert all(len(concept.hints) == 3 for concept in exercise.concepts), exercise.id
        assert (root / "exercises" / f"{exercise.id}.py").is_file()
        assert (root / "solutions" / f"{exercise.id}.py").is_file()
