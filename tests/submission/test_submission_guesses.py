"""Hand-ins whose names say nothing: told by what they define, by a worker, or listed with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from handins import code_cell, notebook, tarred, zipped

from graders.course.course import Course
from graders.submission import Submission, find_submissions, read_submission
from graders.submission.clues import Clues, clues_of
from graders.submission.defines import Definitions, course_clues

VALUE = b"class Value:\n    pass\n"
WALK = b"def topological_order(root):\n    return []\n\n\ndef backward(root):\n    pass\n"
SGD = b"class SGD:\n    pass\n"


@pytest.fixture(scope="module")
def clues(course: Course) -> Iterator[Clues]:
    """What the bundled course knows, with a sandbox."""
    with course_clues(course) as found:
        yield found


def read(folder: Path, files: dict[str, bytes], course: Course, clues: Clues) -> Submission:
    for name, data in files.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(data)
    return read_submission(folder / "in", course.exercise_ids, "jane", clues)


def asked(course: Course, clues: Clues, *exercises: str) -> Clues:
    return clues_of(course, exercises, clues.defines)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"jane.py": VALUE}, {"ex02_closures": VALUE}),
        ({"a/b/c/homework.py": WALK}, {"ex03_backward": WALK}),
        ({"one.py": VALUE, "two.py": WALK}, {"ex02_closures": VALUE, "ex03_backward": WALK}),
        ({"all.py": VALUE + WALK}, {"ex02_closures": VALUE + WALK, "ex03_backward": VALUE + WALK}),
        ({"work.zip": zipped({"h/jane.py": VALUE})}, {"ex02_closures": VALUE}),
        ({"jane.py.txt": VALUE}, {"ex02_closures": VALUE}),
        ({"jane.py": VALUE.decode().encode("utf-16")}, {"ex02_closures": VALUE}),
        ({"ex02_closures_final.py": WALK}, {"ex03_backward": WALK}),
        ({"ex02_closures_final.py": b"class value: pass\n"}, {"ex02_closures": b"class value: pass\n"}),
        ({"if.py": b"if True:\n    class Value: ...\n"}, {"ex02_closures": b"if True:\n    class Value: ...\n"}),
    ],
)
def test_a_file_is_told_by_what_it_defines(
    tmp_path: Path, course: Course, clues: Clues, files: dict[str, bytes], found: dict[str, bytes]
) -> None:
    got = read(tmp_path, files, course, clues)
    assert got.files == {f"{exercise}.py": data for exercise, data in found.items()} and got.problem is None
    assert all(any(f"is read as {name}" in note for note in got.notes) for name in got.files)


def test_a_notebook_is_told_by_what_its_cells_define(tmp_path: Path, course: Course, clues: Clues) -> None:
    data = notebook("import math", "this is no python", VALUE.decode(), "def topological_order(root): ...")
    got = read(tmp_path, {"bob.ipynb": data}, course, clues)
    assert set(got.files) == {"ex02_closures.py", "ex03_backward.py"}
    assert "bob.ipynb is read as ex02_closures.py, since it defines Value." in got.notes


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"opt.py": SGD}, "opt.py defines SGD, as ex09_sgd and ex10_sgd_momentum ask for: name it"),
        ({"a.py": VALUE, "b.py": VALUE + b"x = 1\n"}, "a.py and b.py each define Value: name the right one"),
        ({"helpers.py": b"def helper(): ...\n"}, "holds none of the exercise files"),
        ({"jane.py": b"class Value(\n"}, "holds none of the exercise files"),
        ({"jane.py": b"import os\nos._exit(0)\n"}, "holds none of the exercise files"),
        ({"jane.py": b"def f():\n    class Value: ...\n"}, "holds none of the exercise files"),
    ],
)
def test_what_cannot_be_told_is_said(
    tmp_path: Path, course: Course, clues: Clues, files: dict[str, bytes], says: str
) -> None:
    got = read(tmp_path, files, course, clues)
    assert not got.files and says in (got.problem or "")


def test_what_is_asked_for_decides_between_two(tmp_path: Path, course: Course, clues: Clues) -> None:
    got = read(tmp_path, {"opt.py": SGD}, course, asked(course, clues, "ex09_sgd", "ex08_zero_grad"))
    assert got.files == {"ex09_sgd.py": SGD}


def test_a_file_of_an_exercise_that_is_not_asked_for_is_told_too(tmp_path: Path, course: Course, clues: Clues) -> None:
    got = read(tmp_path, {"bob.py": WALK}, course, asked(course, clues, "ex02_closures"))
    assert set(got.files) == {"ex03_backward.py"} and "bob.py is read as ex03_backward.py" in got.notes[0]
    (tmp_path / "in" / "bob.py").write_bytes(b"x = 1\n")
    (tmp_path / "in" / "eve.py").write_bytes(b"y = 1\n")
    got = read(tmp_path, {}, course, asked(course, clues, "ex02_closures"))
    assert "named like ex02_closures.py" in (got.problem or "")


@pytest.mark.parametrize("name", ["jane.py", "in/jane.py", "bob.ipynb", "main.py"])
@pytest.mark.parametrize("source", [VALUE, b"class Value(\n", b""])
def test_any_name_will_do_for_an_assignment_of_one_file(
    tmp_path: Path, course: Course, clues: Clues, name: str, source: bytes
) -> None:
    data = notebook(source.decode()) if name.endswith("ipynb") else source
    got = read(tmp_path, {name: data}, course, asked(course, clues, "ex02_closures"))
    assert set(got.files) == {"ex02_closures.py"} and "is read as ex02_closures.py" in got.notes[0]


@pytest.mark.parametrize("files", [{"jane.py": WALK}, {"ex03_backward.py": WALK}, {"a.py": b"x = 1", "b.py": b"y = 1"}])
def test_but_not_another_exercise(tmp_path: Path, course: Course, clues: Clues, files: dict[str, bytes]) -> None:
    assert "ex02_closures.py" not in read(tmp_path, files, course, asked(course, clues, "ex02_closures")).files


def test_a_class_of_lone_files(tmp_path: Path, course: Course, clues: Clues) -> None:
    for name, data in {"jane.py": VALUE, "bob.ipynb": notebook(VALUE.decode()), "eve.py": b"x = (\n"}.items():
        (tmp_path / name).write_bytes(data)
    got = {one.student_id: one for one in find_submissions(tmp_path, course.exercise_ids, None, clues)}
    assert got["jane"].files and got["bob"].files and not got["eve"].files
    assert "eve.py holds none of the exercise files" in (got["eve"].problem or "")


def stub(course: Course, exercise: str = "ex02_closures") -> bytes:
    return clues_of(course).stubs[exercise]


@pytest.mark.parametrize(
    "finished",
    [
        {"ex02_closures.ipynb": notebook(VALUE.decode())},
        {"my work.ipynb": notebook(code_cell(VALUE.decode(), grade_id="ex02_closures-a", solution=True))},
        {"ex02_closures_final.py": VALUE},
        {"jane.py": VALUE},
        {"work.zip": zipped({"ex02_closures.py": VALUE})},
        {"done/ex02_closures.py": VALUE},
        {"EX02_closures.py": VALUE},
    ],
)
def test_an_untouched_stub_never_takes_the_place_of_work(
    tmp_path: Path, course: Course, clues: Clues, finished: dict[str, bytes]
) -> None:
    untouched = b"# my name\r\n\r\n" + stub(course).replace(b"\n", b"\r\n")
    got = read(tmp_path, {"ex02_closures.py": untouched, **finished}, course, clues)
    assert VALUE in got.files["ex02_closures.py"] and got.notes


def test_a_stub_alone_is_graded_as_it_is(tmp_path: Path, course: Course, clues: Clues) -> None:
    got = read(tmp_path, {"ex02_closures.py": stub(course)}, course, clues)
    assert got.files == {"ex02_closures.py": stub(course)} and not got.notes


def test_stubs_further_down_are_nobodys_work(tmp_path: Path, course: Course, clues: Clues) -> None:
    got = read(tmp_path, {"ex03_backward.py": WALK, "kit/ex02_closures.py": stub(course)}, course, clues)
    assert set(got.files) == {"ex03_backward.py"}


def test_a_touched_stub_is_work(tmp_path: Path, course: Course, clues: Clues) -> None:
    touched = stub(course).replace(b"raise NotImplementedError", b"return 1", 1)
    files = {"ex02_closures.py": touched, "ex02_closures.ipynb": notebook("x = 1")}
    assert read(tmp_path, files, course, clues).files["ex02_closures.py"] == touched


def test_work_counts_before_a_stub_in_another_source_of_the_student(
    tmp_path: Path, course: Course, clues: Clues
) -> None:
    (tmp_path / "jane").mkdir()
    (tmp_path / "jane" / "ex02_closures.py").write_bytes(stub(course))
    (tmp_path / "jane.zip").write_bytes(zipped({"ex02_closures.py": VALUE}))
    (got,) = find_submissions(tmp_path, course.exercise_ids, None, clues)
    assert got.files == {"ex02_closures.py": VALUE}


@pytest.mark.parametrize("levels", [1, 2])
def test_archives_in_archives_are_opened(tmp_path: Path, course: Course, clues: Clues, levels: int) -> None:
    data = zipped({"ex02_closures.py": VALUE})
    for level in range(levels):
        data = zipped({f"in/level{level}.zip": data}) if level else tarred([("work.zip", data)])
    got = read(tmp_path, {"all.zip": data}, course, clues)
    assert got.files == {"ex02_closures.py": VALUE}


def test_archives_in_too_many_archives_are_said(tmp_path: Path, course: Course, clues: Clues) -> None:
    data = zipped({"ex02_closures.py": VALUE})
    for _ in range(6):
        data = zipped({"work.zip": data})
    got = read(tmp_path, {"all.zip": data}, course, clues)
    assert not got.files and "too many archives" in " ".join([*got.notes, got.problem or ""])


def test_a_bomb_inside_is_not_opened(tmp_path: Path, course: Course, clues: Clues) -> None:
    bomb = zipped({"ex02_closures.py": bytes(200 << 20)})
    inner = {"a.zip": bomb, "b.zip": zipped({"ex02_closures.py": VALUE})}
    got = read(tmp_path, {"all.zip": zipped(inner)}, course, clues)
    assert got.files == {"ex02_closures.py": VALUE} and "would unpack" in " ".join(got.notes)


@pytest.mark.parametrize(
    ("source", "defined"),
    [
        (VALUE, {"Value"}),
        (b"import os; os._exit(0)\nclass Value: ...\n", {"Value"}),
        (b"try:\n    import x\nexcept ImportError:\n    class Value: ...\n", {"Value"}),
        (b"match 1:\n    case 1:\n        def backward(): ...\n", {"backward"}),
        (b"Value = backward = 3\n", {"Value", "backward"}),
        (b"from x import Value\n", set()),
        (b"print('defines 1 1')\n", set()),
        (b"x = (", set()),
        (b"\0", set()),
        (b"\xff\xfe", set()),
        (b"(" * 5000, set()),
        (b"- " * 100_000 + b"1", set()),
    ],
)
def test_definitions_are_found_without_running_the_file(course: Course, source: bytes, defined: set[str]) -> None:
    with Definitions(lambda: [["Value"], ["backward"]], course) as defines:
        assert defines(source) == defined


def test_no_sandbox_is_opened_for_names_that_tell_all(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graders.submission.defines.open_sandbox", lambda *_: pytest.fail("a sandbox was opened"))
    with course_clues(course) as quiet:
        assert read(tmp_path, {"ex02_closures.py": VALUE, "notes.txt": b""}, course, quiet).files
