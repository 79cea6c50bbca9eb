"""The policy, one row for each rule: what was earned, what course.yml and the instructor say, what counts."""

from datetime import UTC, datetime, timedelta

import pytest

from graders.course.course import Assignment, Concept, Course, Exercise, LatePolicy
from graders.course.granted import Extension, Granted, Override
from graders.grading.policy import settle, share_of
from graders.report import CheckResult, ConceptResult, Report, score_concept, sum_exercise, total
from graders.submission.times import format_time

DUE = datetime(2027, 2, 7, 23, 59, tzinfo=UTC)
LATE = LatePolicy(percent_per_day=10, grace_minutes=15, max_days=5)


def course(points=(2.0, 1.0), dropped=(), late=LATE, attempts="last", weights=(None, None), due=DUE):
    """Two exercises of two concepts each, an assignment for each exercise; the second has no due date."""
    exercises = tuple(
        Exercise(
            id=name,
            title=name,
            concepts=tuple(
                Concept(id=one, title=one, points=worth, dropped=f"{name}.{one}" in dropped)
                for one, worth in zip(("mul", "add"), points, strict=True)
            ),
        )
        for name in ("a", "b")
    )
    assignments = (
        Assignment(id="one", title="", due=due, exercises=("a",), late=late, attempts=attempts, weight=weights[0]),
        Assignment(id="two", title="", exercises=("b",), weight=weights[1]),
    )
    return Course(format=1, course="c", title="t", public_key="k", exercises=exercises, assignments=assignments)


def report(a=(1, 1), b=(1, 1), days=-1.0, sha="0", **changes):
    """What was earned, each concept in parts of three checks: 1 is all of them."""
    when, exercises = format_time(DUE + timedelta(days=days)), []
    for name, parts in (("a", a), ("b", b)):
        concepts = []
        for one, worth, part in zip(("mul", "add"), (2.0, 1.0), parts, strict=True):
            good = round(3 * part)
            checks = [CheckResult(id=f"c{n}", says="s", status="passed" if n < good else "failed") for n in range(3)]
            concepts.append(score_concept(one, one, worth, checks))
        made = sum_exercise(name, concepts)
        exercises.append(made.model_copy(update={"basis": "x", "submitted_at": when}))
    score, most = total(exercises)
    head = {"course": "c", "grader_version": "0", "key_id": "k", "isolation": "jail", "student_id": "ada"}
    made = Report(**head, submission_sha256=sha, submitted_at=when, score=score, max_score=most, exercises=exercises)
    return made.model_copy(update=changes)


def granted(*rows):
    extensions = tuple(row for row in rows if isinstance(row, Extension))
    return Granted({"ada": extensions}, {"ada": tuple(row for row in rows if isinstance(row, Override))})


def until(**after):
    return Extension("one", DUE + timedelta(**after), 0.0, "ill")


TABLE = {
    "all right, on time": ([report()], course(), (), (6.0, 6.0, 6.0)),
    "within the grace": ([report(days=0.01)], course(), (), (6.0, 6.0, 6.0)),
    "two begun days": ([report(days=1.5)], course(), (), (6.0, 6.0, 5.4)),
    "beyond max_days": ([report(days=5.5)], course(), (), (6.0, 6.0, 3.0)),
    "no rule for late work": ([report(days=90)], course(late=LatePolicy()), (), (6.0, 6.0, 6.0)),
    "no due date": ([report(days=90)], course(due=None), (), (6.0, 6.0, 6.0)),
    "a due date without a zone is UTC": ([report(days=1.5)], course(due=DUE.replace(tzinfo=None)), (), (6.0, 6.0, 5.4)),
    "other points": ([report(a=(1 / 3, 1))], course(points=(5.0, 1.0)), (), (8.666666667, 12.0, 8.666666667)),
    "a third of three points is one": (
        [report(a=(1 / 3, 0), b=(0, 0))],
        course(points=(3.0, 1.0)),
        (),
        (1.0, 8.0, 1.0),
    ),
    "dropped": ([report(a=(0, 1))], course(dropped=("a.mul",)), (), (4.0, 4.0, 4.0)),
    "all dropped": ([report()], course(dropped=("a.mul", "a.add", "b.mul", "b.add")), (), (0.0, 0.0, 0.0)),
    "extension by time": ([report(days=1.5)], course(), (until(days=2),), (6.0, 6.0, 6.0)),
    "extension by days": ([report(days=1.5)], course(), (Extension("", None, 1.0, ""),), (6.0, 6.0, 5.7)),
    "the longest extension": ([report(days=1.5)], course(), (until(hours=1), until(days=9)), (6.0, 6.0, 6.0)),
    "an extension that ends earlier": ([report()], course(), (until(days=-9),), (6.0, 6.0, 6.0)),
    "an extension of another one": ([report(days=1.5)], course(), (Extension("two", None, 9, ""),), (6.0, 6.0, 5.4)),
    "override": ([report(a=(0, 1))], course(), (Override("a", "mul", 1.5, "r"),), (5.5, 6.0, 5.5)),
    "override to nothing": ([report()], course(), (Override("a", "mul", 0.0, "r"),), (4.0, 6.0, 4.0)),
    "override of an exercise": ([report(a=(0, 0))], course(), (Override("a", "", 1.0, "r"),), (4.0, 6.0, 4.0)),
    "override and late": ([report(a=(0, 0), days=1)], course(), (Override("a", "", 3.0, "r"),), (6.0, 6.0, 5.7)),
    "override of somebody's exercise that is not there": (
        [report()],
        course(),
        (Override("z", "", 3.0, "r"),),
        (6.0, 6.0, 6.0),
    ),
    "last attempt": ([report(), report(a=(0, 1), sha="1")], course(), (), (4.0, 6.0, 4.0)),
    "best attempt": ([report(), report(a=(0, 1), sha="1")], course(attempts="best"), (), (6.0, 6.0, 6.0)),
    "best after the penalty": (
        [report(a=(1, 0)), report(days=5, sha="1")],
        course(attempts="best"),
        (),
        (5.0, 6.0, 5.0),
    ),
    "of equal attempts the last": ([report(), report(b=(0, 0), sha="1")], course(attempts="best"), (), (3.0, 6.0, 3.0)),
    "weights": ([report(b=(0, 1))], course(weights=(3.0, 1.0)), (), (4.0, 6.0, 5.0)),
    "weights and late": ([report(days=1)], course(weights=(3.0, 1.0)), (), (6.0, 6.0, 5.55)),
}
"""Name: attempts, course, what was granted; score, maximum and final score."""


@pytest.mark.parametrize("name", TABLE)
def test_what_counts(name):
    attempts, by, rows, wanted = TABLE[name]
    found = settle(attempts, by, granted(*rows))
    assert (found.score, found.max_score, found.final) == pytest.approx(wanted, abs=1e-9)
    assert found.score == pytest.approx(sum(concept.score for _, concept in found.concepts()))
    assert all(0 <= concept.score <= concept.max_score for _, concept in found.concepts())
    assert all(one.final == pytest.approx(one.score - one.penalty) and one.final >= 0 for one in found.assignments)


@pytest.mark.parametrize("name", [name for name, (attempts, *_) in TABLE.items() if len(attempts) == 1])
def test_what_is_settled_stays_and_comes_back(name):
    (earned,), by, rows, _ = TABLE[name]
    once = settle([earned], by, granted(*rows))
    stored = Report.model_validate_json(once.model_dump_json())
    assert settle([stored], by, granted(*rows)) == stored
    assert settle([stored], course(), granted()) == settle([earned], course(), granted())


def test_rescaled_points_are_those_of_grading_at_these_points():
    for points in ((3.0, 7.0), (0.1, 1e6), (1 / 3, 2.5)):
        for part in (0, 1 / 3, 2 / 3, 1):
            (concept, _) = settle([report(a=(part, 0))], course(points=points)).exercises[0].concepts
            fresh = score_concept("mul", "mul", points[0], concept.checks)
            assert (concept.score, concept.max_score, concept.share) == (fresh.score, fresh.max_score, fresh.share)


def test_reports_of_the_old_form_give_the_same():
    for part in (0, 1 / 3, 2 / 3, 1):
        earned = report(a=(part, 1), days=1.5)
        old = earned.model_copy(
            update={
                "exercises": [
                    one.model_copy(
                        update={
                            "basis": "",
                            "submitted_at": None,
                            "concepts": [concept.model_copy(update={"share": None}) for concept in one.concepts],
                        }
                    )
                    for one in earned.exercises
                ]
            }
        )
        by = course(points=(7.0, 3.0))
        assert (settle([old], by).score, settle([old], by).final) == (
            settle([earned], by).score,
            settle([earned], by).final,
        )


def test_a_share_is_never_outside_of_0_to_1():
    def concept(score, most, status="failed"):
        return ConceptResult(id="c", title="t", score=score, max_score=most, status=status)

    assert [share_of(concept(*given)) for given in ((9.0, 3.0), (-1.0, 3.0), (1.0, 0.0))] == [1.0, 0.0, 0.0]
    assert share_of(concept(0.0, 0.0, "passed")) == 1.0


def test_a_report_says_when_why_and_how_late():
    one, two = settle([report(days=1.5)], course(), granted(until(hours=20))).assignments
    assert (one.submitted_at, one.due, one.days_late) == ("2027-02-09T11:59:00Z", "2027-02-08T19:59:00Z", 1)
    assert (one.penalty, one.final, one.extension) == (pytest.approx(0.3), pytest.approx(2.7), "ill")
    assert (two.due, two.days_late, two.penalty, two.extension) == (None, 0, 0.0, None)


def test_an_exercise_in_two_assignments_counts_in_the_first():
    by = course()
    twice = by.model_copy(update={"assignments": (*by.assignments, by.assignments[0].model_copy(update={"id": "x"}))})
    found = settle([report(days=1.5)], twice)
    assert [one.id for one in found.assignments] == ["one", "two"] and found.final == pytest.approx(5.4)
