"""A run that finds everything as the last one left it reads no report; whatever has changed since makes it look."""

import pytest

from graders.course.course import load_course
from graders.course.granted import Extension, Granted
from graders.grading import batch
from graders.grading.attention import Attention
from graders.grading.batch import Batch, collect

ONLY = ["ex01_finite_differences.slope"]
FILE = "ex01_finite_differences.py"
WRONG = (b"/ (2 * eps)", b"/ eps")


@pytest.fixture
def home(tmp_path, solutions):
    for student, old, new in (("amy", b"", b""), ("ben", *WRONG), ("cay", b"def ", b"df ")):
        folder = tmp_path / "class" / student
        folder.mkdir(parents=True)
        (folder / FILE).write_bytes(solutions[FILE].replace(old, new))
    return tmp_path / "class"


@pytest.fixture
def run(course, store, home):
    """Return what runs a batch on the class."""

    def run(**more):
        given = {"course": course, "out": home.parent / "out", "store": store, "only": ONLY} | more
        return Batch(**given).run(collect(home, given["course"], only=ONLY))

    return run


@pytest.fixture
def looks(monkeypatch):
    """Return how often reports of the class were opened."""
    opened = []
    kept = batch.Kept
    monkeypatch.setattr(batch, "Kept", lambda *given: opened.append(given) or kept(*given))
    return opened


def files(home):
    return {path: path.read_bytes() for path in (home.parent / "out").rglob("*") if path.is_file()}


def test_the_result_is_that_of_a_run_that_looks(run, looks, home):
    first = run()
    written = files(home)
    second = run()
    assert len(looks) == 1 and files(home) == written
    assert (second.graded, second.reused, first.graded) == (0, 3, 3)
    assert second.attention == first.attention and {one.who for one in second.attention} == {"ben", "cay"}
    assert (second.notes, second.standing) == (first.notes, first.standing)
    assert list(second.reports) == list(first.reports) and second.reports[1:] == first.reports[1:]


def test_whatever_decides_how_it_ends_counts(run, looks, course, store, home, solutions):
    def looked(**more):
        before = len(looks)
        result = run(**more)
        return len(looks) > before and result

    assert looked() and not looked()
    for more in (
        {"course": course.model_copy(update={"title": "Another"})},
        {"granted": Granted({"amy": (Extension("scalars", None, 1.0, "ill"),)})},
        {"roster": ["amy", "zoe"]},
        {"told": ["A note."]},
        {"strangers": [Attention("amy", "x", "y", "unknown")]},
    ):
        assert looked(**more) and not looked(**more), more
    assert looked(fresh=True).graded == 3 and not looked()
    (home / "amy" / FILE).write_bytes(solutions[FILE].replace(*WRONG))
    assert looked().graded == 1


@pytest.mark.parametrize("name", ["reports/amy.json", "students/amy.html", "index.html", "grades.csv"])
def test_what_somebody_removed_is_made_again(run, looks, home, name):
    run()
    written = files(home)
    (home.parent / "out" / name).unlink()
    run()
    assert len(looks) == 2 and files(home) == written


def test_a_killed_run_is_not_taken_for_whole(run, looks, home):
    run()
    (home.parent / "out" / ".before").mkdir()
    run()
    assert len(looks) == 2


def test_changes_are_told_once(run, looks, root, tmp_path):
    run()
    text = (root / "course.yml").read_text()
    (tmp_path / "course.yml").write_text(text.replace("        points: 2\n", "        points: 5\n", 1))
    dear = load_course(tmp_path)
    assert run(course=dear).changes and not run(course=dear).changes and not run(course=dear).changes
    assert len(looks) == 3
    more = {"course": dear, "only": [*ONLY, "ex01_finite_differences.centred"]}
    assert run(**more).graded == 3 and run(**more).reused == 3 and run(**more).reused == 3
    assert len(looks) == 5
