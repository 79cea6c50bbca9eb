"""Which operator mutants keep full marks: `python -m tests.operators.running [EXERCISE ...]` lists them."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import yaml

from graders.banks.store import BankStore
from graders.course.course import Course, load_course
from graders.judging.compare import Tolerance
from graders.judging.exercise import ExerciseRun, Known
from graders.judging.replay import Replay, setup_of
from graders.judging.shrink import Budget
from graders.sandbox.client import Limits
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec
from tests.conftest import ROOT
from tests.operators.mutations import OperatorMutant, mutants

EQUIVALENT = Path(__file__).with_name("equivalent.yml")


@cache
def of_exercise(exercise: str) -> list[OperatorMutant]:
    """Return the operator mutants of an exercise's solution."""
    solution, stub = ((ROOT / folder / f"{exercise}.py").read_text() for folder in ("solutions", "exercises"))
    return mutants(solution, stub)


def equivalent() -> dict[str, dict[str, str]]:
    """Return exercise to mutant to the reason why it is no wrong answer."""
    listed = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8"))
    return {exercise: {one["mutant"]: one["reason"] for one in entries} for exercise, entries in listed.items()}


class Runs:
    """Judges mutants, each until its first lost concept.

    Args:
        course: The course.
        store: Its banks.
        sandboxes: Where workers come from.
        solutions: File name to source, for exercises that need others.
        wall: Seconds that one case may take, unless its bank says otherwise.
    """

    def __init__(
        self,
        course: Course,
        store: BankStore,
        sandboxes: SandboxPool,
        solutions: Mapping[str, bytes],
        wall: float | None = None,
    ) -> None:
        self.course, self.store, self.sandboxes, self.solutions = course, store, sandboxes, solutions
        self._known = Known()
        self._limits = Limits(wall=wall or course.limits.wall, memory=course.limits.memory, output=course.limits.output)

    def killed_by(self, exercise: str, source: str) -> str | None:
        """Return the first concept that a version of a solution loses, None when it keeps full marks."""
        found, spec, defaults = self.course.exercise(exercise), load_spec(exercise), self.course.defaults
        sandbox = partial(self.sandboxes.get, found.flavour)
        files = {**self.solutions, f"{exercise}.py": source.encode()}
        replay = Replay(sandbox, self._limits, exercise, files, setup_of(spec))
        tolerance, banks = Tolerance(defaults.rtol, defaults.atol), partial(self.store.banks, exercise)
        run = ExerciseRun(found, spec, banks, replay, tolerance, Budget(calls=0), self._known, [])
        try:
            return next((one.id for one in found.concepts if run.judge(one).status != "passed"), None)
        finally:
            replay.renew()


def main(names: list[str]) -> None:
    """Print the survivors of some exercises, and what the run cost."""
    course = load_course(ROOT)
    store, known = BankStore(course), equivalent()
    solutions = {path.name: path.read_bytes() for path in (ROOT / "solutions").glob("ex*.py")}
    with SandboxPool(course) as pool:
        runs = Runs(course, store, pool, solutions, wall=0.5)
        for exercise in [one for one in course.exercise_ids if not names or one.startswith(tuple(names))]:
            begun, made = time.monotonic(), of_exercise(exercise)
            alive = [one.id for one in made if runs.killed_by(exercise, one.source) is None]
            listed = known.get(exercise, {})
            print(f"{exercise}: {len(made)} mutants, {len(alive)} alive, {time.monotonic() - begun:.0f} s")
            print(*(f"  - {'listed ' if one in listed else ''}{one}" for one in alive), sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
