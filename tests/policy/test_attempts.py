"""A download with several attempts of a student: all are graded where the best one counts, the last one elsewhere."""

import shutil

import pytest

from graders.course.course import load_course
from graders.grading.batch import Batch, collect
from tests.policy.test_one_file import MUL, Noting

ONLY = ["ex02_closures.add", "ex02_closures.mul"]


@pytest.fixture
def class_of(tmp_path, solutions, root):
    """Return a course of its own, and a download in which the earlier attempt is the better one."""
    right = solutions["ex02_closures.py"]
    for day, source in (("19", right), ("20", right.replace(*MUL))):
        folder = tmp_path / "in" / f"7-1 - Ann Lee - Nov {day}, 2026 1011 AM"
        folder.mkdir(parents=True)
        (folder / "ex02_closures.py").write_bytes(source)
    shutil.copy(root / "course.yml", tmp_path)

    def course(attempts):
        text = (root / "course.yml").read_text().replace("    late:", f"    attempts: {attempts}\n    late:")
        (tmp_path / "course.yml").write_text(text)
        return load_course(tmp_path)

    return course, tmp_path


def grade(course, store, home):
    noting = Noting()
    batch = Batch(course, home / "out", store, ONLY, executor=noting)
    return batch.run(collect(home / "in", course, only=ONLY)), noting.asked


def test_the_best_of_several_attempts_counts(class_of, store):
    make, home = class_of
    result, asked = grade(make("best"), store, home)
    (report,) = result.reports
    assert [who for who, _ in asked] == ["Ann Lee_7"] * 2 and report.score == report.max_score
    assert [(one.attempt, one.attempts) for one in report.assignments] == [(1, 2)]
    assert report.assignments[0].submitted_at == "2026-11-19T10:11:00Z"
    result, asked = grade(make("best"), store, home)
    assert not asked and result.reused == 1 and list(result.reports) == [report]


def test_the_last_attempt_counts_unless_the_course_says_otherwise(class_of, store):
    make, home = class_of
    result, asked = grade(make("last"), store, home)
    assert len(asked) == 1 and result.reports[0].score < result.reports[0].max_score
    assert "of 2 versions the latest is graded" in " ".join(result.reports[0].notes)
    result, _ = grade(make("best"), store, home)
    assert result.reports[0].score == result.reports[0].max_score
