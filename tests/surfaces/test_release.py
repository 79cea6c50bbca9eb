"""The student kit."""

import shutil

import pytest

from graders.course.release import release
from graders.course.stubs import restore
from graders.errors import UsageError


def test_the_kit_holds_stubs_and_no_solution(course, root, given_out, solutions):
    kept = {path.read_bytes() for path in given_out.rglob("*") if path.is_file()}
    assert not kept & set(solutions.values())
    for name in course.exercise_ids:
        stub = (root / "exercises" / f"{name}.py").read_bytes()
        assert (given_out / "exercises" / f"{name}.py").read_bytes() == stub
    assert (given_out / "course.yml").is_file()


def test_a_second_release_leaves_a_students_work_and_reset_finds_the_stub(course, root, given_out, tmp_path):
    from graders.course.course import load_course

    shutil.copytree(given_out, tmp_path, dirs_exist_ok=True)
    mine = tmp_path / "exercises" / "ex02_closures.py"
    mine.write_text("mine\n")
    release(course, tmp_path)
    assert mine.read_text() == "mine\n"
    kept, _ = restore(load_course(tmp_path), "ex02_closures", tmp_path / "exercises")
    assert kept is not None and kept.read_text() == "mine\n"
    assert mine.read_bytes() == (root / "exercises" / "ex02_closures.py").read_bytes()


def test_the_course_itself_is_no_kit(course):
    with pytest.raises(UsageError):
        release(course, course.folder)
