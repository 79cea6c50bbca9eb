"""Nobody gets a silent 0: whoever's hand-in is odd is named, with the reason and what to do, in every place."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from graders.cli import main
from graders.grading.attention import headline, of_hand_in, of_roster
from graders.grading.batch import Batch, collect
from graders.grading.executors.local import Local
from graders.grading.late import share_lost
from graders.grading.policy import settle
from graders.judging.shrink import Budget
from graders.submission import Submission, digest

NAME = "ex02_closures.py"
KINDS = {
    "syntax": "load",
    "input": "load",
    "exits": "load",
    "stub": "untouched",
    "stub_and_header": "untouched",
    "empty": "unreadable",
    "notes_only": "unreadable",
    "no_zip": "unreadable",
    "empty_zip": "unreadable",
    "zip_of_nothing": "unreadable",
    "binary": "load",
    "no_bytes": "empty",
    "only_comments": "empty",
    "broken_notebook": "unreadable",
    "other_exercise": "missing",
    "loops": "broke off",
    "ends_itself": "broke off",
    "nested_class": "zero",
    "raises_first": "zero",
    "overwrites_all": "zero",
    "raise_left": "zero",
}
"""Name of a hand-in to the kind of its line."""


@pytest.fixture(scope="module")
def graded(course, store, root, tmp_path_factory):
    """The batch over one hand-in of every kind, and two that need nobody."""
    home, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    right = (root / "solutions" / NAME).read_bytes()
    stub = (root / "exercises" / NAME).read_bytes()
    head, _, methods = right.partition(b"class Value:")
    sources = {
        "right": right,
        "one_bug": right.replace(b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad"),
        "syntax": b"def broken(:\n",
        "input": right + b"\nname = input()\n",
        "exits": right + b"\nimport os\nos._exit(0)\n",
        "stub": stub,
        "stub_and_header": b"# by me\n\n" + stub,
        "loops": right.replace(b"self.data + other.data", b"[0 for _ in iter(int, 1)]"),
        "ends_itself": right.replace(b"self.data * other.data", b"__import__('os')._exit(3)"),
        "nested_class": head + b"def engine():\n    class Value:" + methods.replace(b"\n", b"\n    "),
        "raises_first": right.replace(b"        self.data = data", b"        self.data = dta"),
        "overwrites_all": right.replace(b"class Value:", b"class Value:\n    __slots__ = ('data',)"),
        "raise_left": stub.replace(
            b"raise NotImplementedError", b"raise NotImplementedError\n" + 3 * b"        x = 1\n"
        ),
        "binary": b"\x00\xff" * 40,
        "no_bytes": b"",
        "only_comments": b"\xef\xbb\xbf# ada\r\n\r\n  # to do\r\n",
    }
    for name, source in sources.items():
        (home / name).mkdir()
        (home / name / NAME).write_bytes(source)
    (home / "empty").mkdir()
    others = [
        ("notes_only", "notes.txt", b"x"),
        ("no_zip", "work.zip", b"no zip"),
        ("other_exercise", "ex01_finite_differences.py", (root / "solutions/ex01_finite_differences.py").read_bytes()),
        ("broken_notebook", "ex02_closures.ipynb", b'{"cells": ['),
        ("zip_of_nothing", "work.zip", _zip({"readme.txt": b"x"})),
        ("empty_zip", "work.zip", _zip({})),
    ]
    for student, name, data in others:
        (home / student).mkdir()
        (home / student / name).write_bytes(data)
    soon = course.model_copy(update={"limits": course.limits.model_copy(update={"wall": 0.5})})  # one loops
    batch = Batch(soon, out, store, ["ex02_closures"], Local(2), budget=Budget(calls=0), roster=["right", "zoe"])
    return batch.run(collect(home, course, only=["ex02_closures"])), out


def _zip(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_every_kind_is_named_and_nobody_else(graded):
    result, _ = graded
    assert {one.who: one.kind for one in result.attention} == KINDS | {"zoe": "absent"}


def test_a_score_of_0_is_never_silent(graded):
    result, _ = graded
    zeros = {report.student_id for report in result.reports if not report.score}
    assert zeros <= {one.who for one in result.attention} and len(zeros) >= 15


def test_each_line_says_why_and_what_to_do(graded):
    result, _ = graded
    said = {one.who: one for one in result.attention}
    assert all(one.why and one.what for one in result.attention)
    assert "line 1" in said["syntax"].why and "0 of" in said["syntax"].why
    assert "EOFError" in said["input"].why and "__main__" in said["input"].mend
    assert "Value" in said["nested_class"].why and "earns 0 of 22 points" in said["nested_class"].why
    assert "untouched stub" in said["stub"].why and "NotImplementedError" in said["raise_left"].why
    assert "There is no file for ex02_closures.py" in said["other_exercise"].why


def test_the_table_and_the_page_hold_the_same(graded):
    result, out = graded
    rows = list(csv.DictReader((out / "attention.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["student_id"]: row["kind"] for row in rows} == KINDS | {"zoe": "absent"}
    page = (out / "index.html").read_text(encoding="utf-8")
    top, _, rest = page.partition('<section id="ideas"')
    assert headline(result.attention) in top and len(KINDS) + 1 == int(headline(result.attention).split()[0])
    assert all(f">{name}<" in top for name in KINDS) and "one_bug" not in top


@pytest.mark.parametrize(
    ("days", "lines"), [(-1, 0), (0.005, 0), (1, 0), (4.5, 0), (6, 1), (60, 1)], ids=lambda given: str(given)
)
def test_work_that_came_too_late_for_any_point_is_named(course, grade, solutions, days, lines):
    assignment = course.assignment("scalars")
    when = (assignment.due + timedelta(days=days)).astimezone(UTC)
    files = {NAME: solutions[NAME]}
    submission = Submission("late", files, digest(files), when.isoformat())
    report = grade(files, "ex02.add", search=False).model_copy(update={"submitted_at": when.isoformat()})
    found = list(of_hand_in(submission, settle([report], course), course))
    assert [one.kind for one in found] == ["late"] * lines
    assert all("scalars was due on 2027-02-07" in one.why for one in found)


def test_a_course_without_dates_has_no_late_work(course):
    assignment = course.assignment("scalars").model_copy(update={"due": None})
    assert share_lost(assignment, datetime(2099, 1, 1, tzinfo=UTC)) == 0


def test_counts_people_not_lines():
    found = list(of_roster(["b", "a", "c"], ["b"]))
    assert [one.who for one in found] == ["a", "c"]
    assert headline([]) == "No hand-in needs your attention"
    assert headline(found[:1] * 3) == "1 hand-in needs your attention"
    assert headline(found * 2) == "2 hand-ins need your attention"


NOTHING_RIGHT = """
class Value:
    def __init__(self, data):
        self.data, self.grad, self._prev, self._backward = 0.0, 0.0, (), lambda: None

    def __mul__(self, other):
        return Value(0.0)
"""


@pytest.mark.parametrize(("asked", "told"), [("ex02.mul", False), ("ex02", True)])
def test_a_concept_that_earns_nothing_says_so_once(root, store, tmp_path, capsys, asked, told):
    (tmp_path / NAME).write_text(NOTHING_RIGHT)
    with pytest.raises(SystemExit):
        main(["check", asked, "--dir", str(tmp_path), "--course", str(root)])
    assert ("Needs your attention" in capsys.readouterr().out) is told
