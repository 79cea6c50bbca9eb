"""`leafgrad deploy` with bad input: one sentence, and the next step."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from places import leafgrad

import graders
from graders.banks.sizes import SIZES
from graders.deploy.bundle import find_wheels
from graders.errors import UsageError

PACKAGE = Path(graders.__file__).parent


@pytest.fixture
def deploy(small, tmp_path, capfd, monkeypatch):
    """Run the command in an empty folder; return its exit code and what it said on standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, course: object = small) -> tuple[int, str]:
        code = leafgrad("deploy", *arguments, "--course", course)
        return code, capfd.readouterr().err

    return run


def wheel_of(folder: Path, **changed: bytes) -> Path:
    """Write what looks like the wheel of this code, but for the modules that have `changed`."""
    folder.mkdir(exist_ok=True)
    made = folder / f"leafgrad-{graders.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as file:
        for path in (*PACKAGE.rglob("*.py"), SIZES):
            file.writestr(f"graders/{path.relative_to(PACKAGE).as_posix()}", changed.get(path.stem, path.read_bytes()))
    return made


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("gradscope", "Did you mean gradescope?"),
        ("GitHub", "Did you mean github?"),
        ("classroom", "Did you mean classroom50?"),
        ("canvas\x1b", "There are gradescope, github, classroom50, colab."),
    ],
)
def test_an_unknown_target_is_named_with_the_nearest(deploy, tmp_path, name, advice):
    code, said = deploy(name, "out", "--from-index")
    assert code == 2 and advice in said and "\x1b" not in said and not list(tmp_path.iterdir())


def test_a_folder_with_other_files_is_left_as_it_is(deploy, tmp_path):
    work = tmp_path / "out"
    work.mkdir()
    for name in ("thesis.tex", "data.csv", "notes.txt", "z.txt"):
        (work / name).write_text("mine")
    code, said = deploy("gradescope", "out", "--from-index")
    assert code == 2 and "holds other files: data.csv, notes.txt, thesis.tex and 1 more. Give an empty" in said
    assert {path.name: path.read_text() for path in work.iterdir()} == dict.fromkeys(
        ["thesis.tex", "data.csv", "notes.txt", "z.txt"], "mine"
    )


def test_a_folder_is_written_again_for_its_own_target_only(deploy, tmp_path):
    (tmp_path / "out" / ".git").mkdir(parents=True)
    assert deploy("gradescope", "out", "--from-index")[0] == 0
    first = (tmp_path / "out" / "autograder.zip").read_bytes()
    assert deploy("gradescope", "out", "--from-index")[0] == 0
    assert (tmp_path / "out" / "autograder.zip").read_bytes() == first
    code, said = deploy("github", "out", "--from-index")
    assert code == 2 and "holds other files" in said


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/leafgrad"])
def test_a_folder_that_cannot_be_written_is_a_sentence(deploy, tmp_path, place):
    (tmp_path / "file").write_text("mine")
    code, said = deploy("gradescope", place, "--from-index")
    assert code == 2 and "cannot be written" in said and "unexpected" not in said


def test_the_courses_own_folder_is_refused(deploy, small):
    code, said = deploy("gradescope", small.parent, "--from-index")
    assert code == 2 and "holds other files" in said and not (small.parent / "autograder.zip").exists()


def test_a_broken_course_is_a_sentence_with_its_line(deploy, tmp_path, small):
    (tmp_path / "course.yml").write_text(small.read_text().replace("exercises:", "exercises: 3\nx:", 1))
    code, said = deploy("gradescope", "out", "--from-index", course=tmp_path / "course.yml")
    assert code == 2 and "course.yml" in said and "Traceback" not in said and not (tmp_path / "out").exists()


def test_an_exercise_without_its_stub_is_a_sentence(deploy, tmp_path, small):
    (tmp_path / "course.yml").write_text(small.read_text())
    code, said = deploy("gradescope", "out", "--from-index", course=tmp_path / "course.yml")
    assert code == 2 and "stub" in said and "unexpected" not in said


def test_an_unknown_assignment_names_those_of_the_course(deploy):
    code, said = deploy("gradescope", "out", "--from-index", "--assignment", "tensors")
    assert code == 2 and "scalars" in said


@pytest.mark.parametrize(
    "options", [["--visibility", "never"], ["--wheels", "w", "--from-index"]], ids=["visibility", "both"]
)
def test_options_that_do_not_fit_are_refused(deploy, options):
    code, said = deploy("gradescope", "out", *(options if "--from-index" in options else [*options, "--from-index"]))
    assert code == 2 and ("after_due_date" in said or "exclude each other" in said)


def test_without_a_wheel_the_ways_to_one_are_named(deploy, tmp_path):
    code, said = deploy("gradescope", "out", "--wheels", tmp_path)
    assert code == 2 and "make wheel" in said and "--from-index" in said
    with pytest.raises(UsageError, match="make wheel"):
        find_wheels(None, here=tmp_path)


def test_a_wheel_is_found_in_dist_and_comes_first(tmp_path):
    made = wheel_of(tmp_path / "dist")
    (tmp_path / "dist" / "aaa-1-py3-none-any.whl").write_bytes(b"")
    (tmp_path / "dist" / "leafgrad-0.0.9-py3-none-any.whl").write_bytes(b"")
    assert find_wheels(None, here=tmp_path) == [made]
    assert find_wheels(tmp_path / "dist") == [made, tmp_path / "dist" / "aaa-1-py3-none-any.whl"]


@pytest.mark.parametrize("what", ["other", "older", "cut"])
def test_a_wheel_of_other_code_is_refused(tmp_path, what):
    made = wheel_of(tmp_path / "dist", **({"report": b"# older\n"} if what == "older" else {}))
    if what == "other":
        with zipfile.ZipFile(made, "w") as file:
            file.writestr("graders/__init__.py", "")
    elif what == "cut":
        made.write_bytes(made.read_bytes()[:1000])
    with pytest.raises(UsageError, match="Make it again: make wheel"):
        find_wheels(tmp_path / "dist")


def test_settings_reach_the_results(deploy, tmp_path):
    assert deploy("gradescope", "out", "--from-index", "--visibility", "after_due_date")[0] == 0
    with zipfile.ZipFile(tmp_path / "out" / "autograder.zip") as file:
        assert json.loads(file.read("course/.leafgrad/deploy.json"))["visibility"] == "after_due_date"
