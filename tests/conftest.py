"""What every test may ask for: the course, its banks, and a grader with a sandbox of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from graders.banks.generate import build_bank
from graders.banks.store import BankStore
from graders.course.course import Course, load_course
from graders.course.wrong import load_wrong
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.players.subject import Subject
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec

ROOT = Path(__file__).parent.parent

Grade = Callable[..., Report]

TOGETHER = {
    "test_pregrade",
    "test_attacks",
    "test_bad_notebooks",
    "test_bank",
    "test_classroom",
    "test_gradebook",
    "test_same_rows",
}
"""Files whose tests share what costs many seconds to make: with several processes, one of them runs the whole file."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Return how pytest-xdist hands out tests: one by one, the files in `TOGETHER` whole."""
    from xdist.scheduler import LoadScopeScheduling

    class OneByOne(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if Path(file).stem in TOGETHER else nodeid

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


@pytest.fixture
def grade(course: Course, store: BankStore, sandboxes: SandboxPool) -> Grade:
    """Grade files (name to source, str or bytes) and return the report; `search=False` skips smallest failing cases."""

    def run(files: Mapping[str, bytes | str], *only: str, key: str | None = None, search: bool = True) -> Report:
        sources = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
        banks = store if key is None else BankStore(course, key)
        grader = Grader(course, banks, sandboxes, Budget() if search else Budget(calls=0))
        return grader.grade(Files(sources), only or None)

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


def fresh_banks(course: Course, public: BankStore, exercise: str, key: str, cases: int) -> BankStore:
    """Return a store whose banks for one exercise are new; what else is required comes from the public ones.

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
