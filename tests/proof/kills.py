"""Which cases kill which wrong answers: `python -m tests.proof.kills [EXERCISE ...]` chooses the sizes of banks by it.

Every declared mutant and every operator mutant is replayed once on banks of sixty drawn cases, and each failing case
is noted in `build/kills`. From these records sizes are chosen and escapes counted, without grading anything again. What
hangs on chance is listed with a case that tells it, to be picked by hand.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgpack

from graders.banks.bank import Bank
from graders.banks.generate import build_bank
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
MOST = {"python": 30, "numpy": 30, "torch": 16}
"""Cases that a bank draws at most: with torch one takes as long as several others."""
CHANCE = 0.002
"""A wrong answer hangs on chance if it fails fewer than two cases, too few to be named, under more keys than that."""

_LONG = 2000

Target = tuple[str, str]
"""A wrong answer and a concept that it loses; for an operator mutant any concept will do, and it is empty."""


@dataclass
class Kills:
    """The record of one exercise.

    Attributes:
        picked: Bank to whether each of its cases is hand-picked.
        failing: What should be seen to bank to whether it fails each of its cases.
        cases: Bank to its cases as Python.
    """

    picked: dict[str, list[bool]]
    failing: dict[Target, dict[str, list[bool]]]
    cases: dict[str, list[str]]

    def drawn(self, bank: str) -> int:
        """Return the number of recorded cases that were drawn."""
        return len(self.picked[bank]) - sum(self.picked[bank])

    def expected(self, target: Target, sizes: Mapping[str, int]) -> float:
        """Return how many cases a wrong answer fails on average in banks of some sizes."""
        found = 0.0
        for bank, fails in self.failing[target].items():
            drawn = sum(fail and not by_hand for fail, by_hand in self._both(bank, fails))
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

    def hanging(self, sizes: Mapping[str, int]) -> Iterator[str]:
        """Yield what hangs on chance in banks of some sizes, and the plainest case that tells it."""
        for target, banks in self.failing.items():
            none, one, fixed = 1.0, 0.0, 0
            for bank, fails in banks.items():
                by_hand = sum(fail for fail, picked in self._both(bank, fails) if picked)
                rate = (sum(fails) - by_hand) / max(1, self.drawn(bank))
                missed = (1.0 - rate) ** sizes[bank]
                one = one * missed + none * sizes[bank] * rate * (1.0 - rate) ** (sizes[bank] - 1)
                none, fixed = none * missed, fixed + by_hand
            chance = (none + one, none, 0.0)[min(fixed, 2)]
            if chance > CHANCE and any(self.drawn(bank) for bank in banks):
                bank, fails = max(banks.items(), key=lambda item: sum(item[1]))
                told = ", or ".join(self.cases[bank][at] for at, fail in enumerate(fails) if fail)[:_LONG]
                yield f"{' '.join(target)}: under {100 * chance:.1f}% of keys, {bank}: {told}"

    def _both(self, bank: str, fails: list[bool]) -> Iterator[tuple[bool, bool]]:
        return zip(fails, self.picked[bank], strict=True)


def sizes(kills: Kills, limit: int) -> dict[str, int]:
    """Return how many cases each bank draws: the cheapest banks grow until every wrong answer fails enough cases."""
    most = {bank: min(limit, kills.drawn(bank)) for bank in kills.picked}
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
    every: int = 1,
    drawn: int = DRAWN,
) -> Kills:
    """Replay the wrong answers of an exercise, one of `every`, and note which cases they fail."""
    spec, known = load_spec(exercise), course.exercise(exercise)
    tolerance = Tolerance(course.defaults.rtol, course.defaults.atol)
    banks = {bank.id: build_bank(spec, bank, "kills", drawn) for bank in spec.banks()}
    listed = equivalent().get(exercise, {})
    wrong = [(mutant.id, mutant.source, set(mutant.costs)) for mutant in load_mutants(course, exercise)]
    wrong += [(one.id, one.source.encode(), set()) for one in of_exercise(exercise) if one.id not in listed]
    solutions = {path.name: path.read_bytes() for path in (ROOT / "solutions").glob("ex*.py")}
    limits = Limits(wall=0.5, memory=course.limits.memory, output=course.limits.output)
    picked = {name: [bank.case(at) in bank.spec.fixed for at in range(len(bank))] for name, bank in banks.items()}
    failing: dict[Target, dict[str, list[bool]]] = defaultdict(dict)
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
                _note(failing[target], concept.checks, banks, seen, tolerance)
    cases = {name: [repr(bank.case(at)) for at in range(len(bank))] for name, bank in banks.items()}
    return Kills(picked, {target: fails for target, fails in failing.items() if fails}, cases)


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


def recorded(course: Course, exercise: str, sandboxes: SandboxPool) -> Kills:
    """Return the record of an exercise from `build/kills`, made now where there is none of the code as it is."""
    digest = hashlib.sha256()
    code = sorted((ROOT / "graders").rglob("*.py"))
    for path in (*code, ROOT / f"solutions/{exercise}.py", ROOT / f"solutions/wrong/{exercise}.yml"):
        digest.update(path.read_bytes())
    file = ROOT / "build" / "kills" / f"{exercise}-{digest.hexdigest()[:12]}.msgpack"
    if not file.is_file():
        print(f"{exercise}: every wrong answer is replayed, which takes a minute or two ...", flush=True)
        made = record(course, exercise, sandboxes)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgpack.packb([made.picked, list(made.failing.items()), made.cases]))
    picked, failing, cases = msgpack.unpackb(file.read_bytes(), use_list=True)
    return Kills(picked, {tuple(target): banks for target, banks in failing}, cases)


def main(names: list[str]) -> None:
    """Write the sizes that follow from the kills of some exercises, all unless named, and say what they miss."""
    course = load_course(ROOT)
    chosen = json.loads(SIZES.read_text(encoding="utf-8"))
    with SandboxPool(course) as sandboxes:
        for exercise in [one for one in course.exercise_ids if not names or one.startswith(tuple(names))]:
            kills = recorded(course, exercise, sandboxes)
            drawn = sizes(kills, MOST[course.exercise(exercise).flavour])
            chosen[exercise] = drawn
            chance, everywhere = random.Random(22), defaultdict(int, drawn)
            escapes = Counter(one for _ in range(100) for one in kills.escapes(everywhere, chance))
            told = [f"{exercise}: {len(kills.failing)} to be seen, {sum(drawn.values())} cases drawn"]
            told += [f"  hangs on chance: {one}" for one in kills.hanging(everywhere)]
            told += [f"  {times} of 100 keys miss {' '.join(one)}" for one, times in escapes.items()]
            print(*told, sep="\n", flush=True)
    SIZES.write_text(json.dumps(chosen, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
