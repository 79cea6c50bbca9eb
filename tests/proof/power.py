"""How many plainly random examples the pytest peer needs for what our banks tell: `python -m tests.proof.power`.

Each declared mutant of ex02 is put under the peer's checks of the concepts that it loses, with twenty seeds, and the
example on which the first check fails is noted. The peer that kills every mutant under every seed needs as many
examples a check as the hardest of them took; `power.json` keeps that number, and the benchmark times a file of that
size. What no number of examples up to the limit kills under every seed is listed there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

import hypothesis
from hypothesis.errors import HypothesisException

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from tests.bench.peers.verdicts import EXAMPLES, FILES, POWER, concept_of
from tests.conftest import ROOT

EXERCISE = "ex02_closures"
SEEDS = range(20)
LIMIT = 1000
"""Examples of one check after which a mutant counts as never killed."""

_SECONDS = 20
"""A check that takes longer hangs, which kills its mutant too."""


class _Failed(BaseException):
    """Ends a check on its first failing example; Hypothesis would go on and look for a smaller one."""


def first_failures(source: bytes, concepts: set[str], seeds: Iterator[int] | range = SEEDS) -> list[int | None]:
    """Return for each seed the number of the example that killed a version of ex02, None where none did.

    Args:
        source: The wrong version.
        concepts: Whose checks are tried; a check of a hand-picked case counts as example 0.
        seeds: Of Hypothesis.
    """
    checks = [run for concept, run in _checks(source) if concept in concepts]
    found: list[int | None] = []
    for seed in seeds:
        for limit in (LIMIT // 50, LIMIT // 5, LIMIT):  # most fail on the first examples of some check
            numbers = [number for run in checks if (number := run(seed, limit)) is not None]
            if numbers:
                break
        found.append(min(numbers, default=None))
    return found


def _checks(source: bytes) -> Iterator[tuple[str, Callable[[int, int], int | None]]]:
    """Yield concept and check for each test of the peer's file on a version of ex02."""
    version = ModuleType(EXERCISE)
    sys.modules[EXERCISE] = version
    os.environ[EXAMPLES] = str(LIMIT)
    try:
        exec(compile(source, f"{EXERCISE}.py", "exec"), vars(version))
        peer = ModuleType("peer")
        exec(compile(FILES[EXERCISE].read_bytes(), "peer.py", "exec"), vars(peer))
    finally:
        del sys.modules[EXERCISE], os.environ[EXAMPLES]
    for name, test in vars(peer).items():
        if name.startswith("test_"):
            for told, arguments in _parametrized(getattr(test, "pytestmark", [])):
                yield concept_of(f"{name}[{told}]" if told else name), partial(_number, test, arguments)


def _parametrized(marks: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield how pytest names each set of arguments of a test, its first word at least, and the arguments."""
    cases: list[dict[str, Any]] = [{}]
    for mark in marks:
        names = [name.strip() for name in mark.args[0].split(",")]
        values = [value if len(names) > 1 else (value,) for value in mark.args[1]]
        cases = [{**case, **dict(zip(names, value, strict=True))} for case in cases for value in values]
    for case in cases:
        yield str(case.get("op", "")), case


def _number(test: Any, arguments: dict[str, Any], seed: int, limit: int) -> int | None:
    """Return the number of the example on which a test fails, 0 for one without examples, None where it passes."""
    count = 0
    if not hasattr(test, "hypothesis"):
        return 0 if _fails(partial(test, **arguments)) else None
    inner = test.hypothesis.inner_test

    def counting(*given: Any, **named: Any) -> None:
        nonlocal count
        count += 1
        if count > limit:
            raise _Failed
        try:
            inner(*given, **named)
        except HypothesisException:
            raise
        except Exception:  # a wrong version may raise anything
            raise _Failed from None

    test.hypothesis.inner_test = counting
    try:
        failed = _fails(partial(hypothesis.seed(seed)(test), **arguments))
    finally:
        test.hypothesis.inner_test = inner
    return count if failed and count <= limit else None


def _fails(run: Callable[[], object]) -> bool:
    before = signal.signal(signal.SIGALRM, _hangs)
    signal.alarm(_SECONDS)
    try:
        run()
    except (Exception, _Failed):
        return True
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    return False


def _hangs(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Measure, write `power.json` and say what it holds."""
    needed, never = 1, {}
    for mutant in load_mutants(load_course(ROOT), EXERCISE):
        found = first_failures(mutant.source, set(mutant.costs))
        missed = sum(number is None for number in found)
        if missed:
            never[mutant.id] = f"survives {missed} of {len(SEEDS)} seeds: {mutant.says}"
        needed = max(needed, *(number or 0 for number in found))
        print(mutant.id, missed, max((number or 0 for number in found), default=0), flush=True)
    told = {EXERCISE: {"examples": needed, "seeds": len(SEEDS), "limit": LIMIT, "survive": never}}
    POWER.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(f"{needed} examples a check kill all but {len(never)} mutants of {EXERCISE}")


if __name__ == "__main__":
    main()
