"""Which cases kill which wrong answers: `python -m tests.proof.kills [EXERCISE ...]` chooses the sizes of banks by it.

Every declared mutant and every operator mutant is replayed once on banks of sixty drawn cases, and each case that fails
is noted. From these records sizes are chosen, and escapes counted, without grading anything again.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from unittest.mock import patch

from graders.banks import generate
from graders.banks.bank import Bank
from graders.banks.sizes import SIZES
from graders.course.course import Course, load_course
from graders.course.selftest import load_mutants
from graders.judging.compare import Tolerance
from graders.judging.finding import NO_FAILURE, find
from graders.judging.replay import Replay, setup_of
from graders.observation import Observation
from graders.sandbox.client import Limits
from graders.sandbox.pool import SandboxPool
from graders.spec import Check, load_spec
from tests.conftest import ROOT
from tests.operators.running import equivalent, of_exercise

DRAWN = 60
"""Drawn cases of each recorded bank."""
WANTED = 10
"""Cases that a wrong answer should fail."""
LEAST = 12
"""Cases that a bank draws at least."""

Target = tuple[str, str]
"""A wrong answer and a concept that it loses; for an operator mutant any concept will do, and it is empty."""


@dataclass
class Kills:
    """The record of one exercise.

    Attributes:
        picked: Bank to whether each of its cases is hand-picked.
        failing: What should be seen to bank to whether it fails each of its cases.
    """

    picked: dict[str, list[bool]]
    failing: dict[Target, dict[str, list[bool]]]

    def drawn(self, bank: str) -> int:
        """Return the number of recorded cases that were drawn."""
        return len(self.picked[bank]) - sum(self.picked[bank])

    def expected(self, target: Target, sizes: Mapping[str, int]) -> float:
        """Return how many cases a wrong answer fails on average in banks of some sizes."""
        found = 0.0
        for bank, fails in self.failing[target].items():
            drawn = sum(fail and not picked for fail, picked in zip(fails, self.picked[bank], strict=True))
            found += sum(fails) - drawn + (drawn * min(1.0, sizes[bank] / self.drawn(bank)) if drawn else 0.0)
        return found

    def escapes(self, sizes: Mapping[str, int], chance: random.Random) -> list[Target]:
        """Return what is not seen in banks of some sizes, whose cases are chosen from the recorded ones."""
        kept = {bank: self._chosen(bank, sizes[bank], chance) for bank in self.picked}
        return [
            target
            for target, banks in self.failing.items()
            if not any(fails[case] for bank, fails in banks.items() for case in kept[bank])
        ]

    def _chosen(self, bank: str, size: int, chance: random.Random) -> list[int]:
        picked = [case for case, is_picked in enumerate(self.picked[bank]) if is_picked]
        drawn = [case for case, is_picked in enumerate(self.picked[bank]) if not is_picked]
        return picked + chance.sample(drawn, min(size, len(drawn)))


def sizes(kills: Kills) -> dict[str, int]:
    """Return how many cases each bank draws: the cheapest banks grow until every wrong answer fails enough cases."""
    most = {bank: kills.drawn(bank) for bank in kills.picked}
    chosen = {bank: min(LEAST, drawn) for bank, drawn in most.items()}
    for target in sorted(kills.failing, key=partial(kills.expected, sizes=most)):
        goal = min(WANTED, kills.expected(target, most)) - 1e-9
        rates = {bank: sum(fails) / len(fails) for bank, fails in kills.failing[target].items()}
        while kills.expected(target, chosen) < goal:
            growing = [bank for bank in rates if chosen[bank] < most[bank]]
            chosen[max(growing, key=rates.__getitem__)] += 1
    return {bank: size for bank, size in chosen.items() if size}


def record(
    course: Course,
    exercise: str,
    sandboxes: SandboxPool,
    key: str = "kills",
    every: int = 1,
    drawn: int = DRAWN,
    progress: Callable[[str], None] | None = None,
) -> Kills:
    """Replay the wrong answers of an exercise, one of `every`, and note which cases they fail."""
    spec, known = load_spec(exercise), course.exercise(exercise)
    tolerance = Tolerance(course.defaults.rtol, course.defaults.atol)
    with patch.object(generate, "size_of", return_value=drawn):
        banks = generate.build(spec, key, drawn, tolerance)
    listed = equivalent().get(exercise, {})
    wrong = [(mutant.id, mutant.source, set(mutant.costs)) for mutant in load_mutants(course, exercise)]
    wrong += [(one.id, one.source.encode(), set()) for one in of_exercise(exercise) if one.id not in listed]
    solutions = {path.name: path.read_bytes() for path in (ROOT / "solutions").glob("ex*.py")}
    limits = Limits(wall=0.5, memory=course.limits.memory, output=course.limits.output)
    picked = {name: [bank.case(at) in bank.spec.fixed for at in range(len(bank))] for name, bank in banks.items()}
    kills = Kills(picked, defaultdict(dict))
    for name, source, costs in wrong[::every]:
        files = {**solutions, f"{exercise}.py": source}
        replay = Replay(partial(sandboxes.get, known.flavour), limits, exercise, files, setup_of(spec))
        try:
            seen = dict(zip(banks, replay.observe_all(list(banks.values())), strict=True))
        finally:
            replay.renew()
        for concept in spec.concepts:
            if not costs or concept.id in costs:
                target = (name, concept.id if costs else "")
                _note(kills.failing[target], concept.checks, banks, seen, tolerance)
        if progress:
            progress(name)
    return Kills(picked, {target: failing for target, failing in kills.failing.items() if failing})


def _note(
    failing: dict[str, list[bool]],
    checks: Iterable[Check],
    banks: Mapping[str, Bank],
    seen: Mapping[str, Sequence[Observation]],
    tolerance: Tolerance,
) -> None:
    for check in checks:
        bank, answers = banks[check.bank.id], seen[check.bank.id]
        fails = [
            find(check, partial(bank.case, at), bank.expected[at], answer, tolerance).status not in NO_FAILURE
            for at, answer in enumerate(answers)
        ]
        fails += fails[-1:] * (len(bank) - len(fails))  # a case that was not reached counts as the last one that was
        if any(fails):
            before = failing.get(check.bank.id, [False] * len(bank))
            failing[check.bank.id] = [one or other for one, other in zip(before, fails, strict=True)]


def main(names: list[str]) -> None:
    """Record the kills of some exercises, all unless named, and write the sizes that follow from them."""
    course = load_course(ROOT)
    chosen = json.loads(SIZES.read_text(encoding="utf-8"))
    with SandboxPool(course) as sandboxes:
        for exercise in [one for one in course.exercise_ids if not names or one.startswith(tuple(names))]:
            kills = record(course, exercise, sandboxes)
            chosen[exercise] = sizes(kills)
            chance = random.Random(22)
            lost = sum(len(kills.escapes(defaultdict(int, chosen[exercise]), chance)) for _ in range(100))
            print(
                f"{exercise}: {len(kills.failing)} to be seen, {sum(chosen[exercise].values())} cases drawn, "
                f"{lost} escapes under 100 keys",
                flush=True,
            )
    SIZES.write_text(json.dumps(chosen, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
