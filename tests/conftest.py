"""What every test may ask for: the course, its banks, and a grader with a sandbox of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from graders.banks.generate import build_bank
from graders.banks.store import BankStore
from graders.course.course import Course, load_course
from graders.course.release import release
from graders.course.wrong import load_wrong
from graders.grading import grade as grading
from graders.grading.grade import Files, Grader
from graders.judging.exercise import ExerciseRun
from graders.judging.shrink import Budget
from graders.players.subject import Subject
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec

ROOT = Path(__file__).parent.parent

Grade = Callable[..., Report]

TOGETHER = (
    "tests/attacks/test_attacks.py",
    "tests/bench/",
    "tests/course/test_liars.py",
    "tests/deploy/test_classroom50.py",
    "tests/deploy/test_github.py",
    "tests/deploy/test_gradescope.py",
    "tests/goldens/",
    "tests/notebook/",
    "tests/operators/",
    "tests/quality/test_call_training_shapes.py",
    "tests/quality/test_scalar_shapes.py",
    "tests/quality/test_tensor_shapes.py",
    "tests/quality/test_timeline_shapes.py",
    "tests/quality/test_torch_graph_shapes.py",
    "tests/sandbox/test_avoided.py",
    "tests/sandbox/test_nothing_in_reach.py",
    "tests/sandbox/test_patched_library.py",
    "tests/unit/test_bank.py",
)
"""Files and folders whose tests share what costs many seconds to make: one process runs all of each."""
BY_EXERCISE = "tests/course/test_mutants.py"
"""A file in which all tests of an exercise share its grading: one process runs all of each exercise."""


QUICK = (
    "tests/attacks/test_table.py",
    "tests/course/test_matrix.py",
    "tests/course/test_mutants.py",
    "tests/course/test_wrong_ideas.py",
    "tests/goldens/test_whole_reports.py::test_the_report_on_a_failing_answer",
    "tests/unit/",
)
"""What `make quick` runs: files, folders and tests, without those in `SLOW` and, of `BY_EXERCISE`, for one exercise."""
SLOW = ("tests/unit/test_bank.py", "tests/unit/test_doors.py", "tests/unit/test_total.py")
QUICK_EXERCISE = os.environ.get("EX", "ex03")


def pytest_configure(config: pytest.Config) -> None:
    """Build what a new checkout has no banks for before several processes start, which would wait for one another."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        store = BankStore(load_course(ROOT))
        store.prepare(name for name in store.course.exercise_ids if not store.cached(name))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out at once, in `make quick`, the files of which it runs nothing; importing them would take longest."""
    if collection_path.suffix != ".py" or not config.option.markexpr.startswith("quick"):
        return None
    place = collection_path.relative_to(ROOT).as_posix()
    return None if place.startswith(tuple(one.partition("::")[0] for one in QUICK)) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` runs."""
    for item in items:
        other = item.nodeid.startswith(BY_EXERCISE) and f"[{QUICK_EXERCISE}" not in item.nodeid
        if item.nodeid.startswith(QUICK) and not item.nodeid.startswith(SLOW) and not other:
            item.add_marker("quick")


def some(items: Iterable[Any], every: int) -> list[Any]:
    """Return items as parameters of a test: one of so many, from the first on; the others are for `make proof`."""
    rest = pytest.mark.proof
    return [pytest.param(one, marks=[rest] if place % every else []) for place, one in enumerate(items)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Return how pytest-xdist hands out tests: one by one, what is in `TOGETHER` whole."""
    from xdist.scheduler import LoadScopeScheduling

    class OneByOne(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(BY_EXERCISE):
                return BY_EXERCISE + nodeid.partition("[")[2]
            return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)

    return OneByOne(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def course() -> Course:
    """The bundled course."""
    return load_course(ROOT)


@pytest.fixture(scope="session")
def store(course: Course) -> BankStore:
    """Banks under the public key."""
    return BankStore(course)


@pytest.fixture(scope="session")
def sandboxes(course: Course) -> Iterator[SandboxPool]:
    """Sandboxes at the best level that this machine offers."""
    with SandboxPool(course) as pool:
        yield pool


@pytest.fixture(scope="session")
def solutions(course: Course) -> dict[str, bytes]:
    """File name to source of every solution."""
    return {path.name: path.read_bytes() for path in sorted((ROOT / "solutions").glob("ex*.py"))}


@pytest.fixture(scope="session")
def given_out(course: Course, store: BankStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder as it is given out. Who changes something in it makes a copy first."""
    folder = tmp_path_factory.mktemp("given_out")
    store.prepare(course.exercise_ids)
    release(course, folder)
    return folder


@pytest.fixture
def grade(course: Course, store: BankStore, sandboxes: SandboxPool) -> Grade:
    """Grade files (name to source, str or bytes) and return the report; `search=False` skips smallest failing cases."""

    def run(files: Mapping[str, bytes | str], *only: str, key: str | None = None, search: bool = True) -> Report:
        sources = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
        banks = store if key is None else BankStore(course, key)
        grader = Grader(course, banks, sandboxes, Budget() if search else Budget(calls=0))
        return grader.grade(Files(sources), only or None)

    return run


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every search end after so many calls, not seconds, so that it finds the same case each time."""

    class Patient(ExerciseRun):
        def __post_init__(self) -> None:
            self.budget = Budget(seconds=600, calls=30)
            super().__post_init__()

    monkeypatch.setattr(grading, "ExerciseRun", Patient)


@pytest.fixture(scope="module")
def known_losses() -> dict[Any, set[str]]:
    """What `lose` has found in this file."""
    return {}


@pytest.fixture
def lose(grade: Grade, known_losses: dict[Any, set[str]]) -> Callable[..., set[str]]:
    """Return the concepts that files lose, without smallest cases; what one file of tests asks again is kept."""

    def run(files: Mapping[str, bytes | str], *only: str) -> set[str]:
        key = (*sorted((name, text.encode() if isinstance(text, str) else text) for name, text in files.items()), *only)
        if key not in known_losses:
            known_losses[key] = lost(grade(files, *only, search=False))
        return known_losses[key]

    return run


def wrong_subject(exercise: str, idea: str) -> Subject:
    """Return a subject with one wrong idea."""
    spec = load_spec(exercise)
    wrong = load_wrong(ROOT / "solutions", spec)
    assert wrong
    return wrong.subject(spec, next(text for one, text in wrong.ideas.items() if one.id == idea))


def lost(report: Report) -> set[str]:
    """Return the addresses of the concepts that did not pass and were not skipped."""
    return {f"{e.id}.{c.id}" for e, c in report.concepts() if c.status not in ("passed", "skipped")}


def sampled(values: Iterable[Any], here: Collection[Any]) -> list[Any]:
    """Return values for `parametrize`: those in `here` run in `make test`, the others in `make proof` only."""
    assert set(here) <= set(values)
    return [value if value in here else pytest.param(value, marks=pytest.mark.proof) for value in values]


def fresh_banks(course: Course, public: BankStore, exercise: str, key: str, cases: int) -> BankStore:
    """Return a store whose banks for one exercise are new, of so many drawn cases; what else is required is public.

    The answers of wrong ideas are left out, since they cost the most and right code never needs them.
    """
    spec = load_spec(exercise)
    known = public.banks(exercise)
    banks = {bank.id: build_bank(spec, bank, key, cases) if bank.draw else known[bank.id] for bank in spec.banks()}
    keyed = BankStore(course, key)
    for concept in course.exercise(exercise).concepts:
        for needed in {name.partition(".")[0] for name in concept.requires} - {exercise}:
            keyed.adopt(needed, public.banks(needed))
    keyed.adopt(exercise, banks)
    return keyed
