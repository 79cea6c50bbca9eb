"""Runs rows of the table of attacks in one mode, as the user it is started as, and prints one JSON line for each.

PYTHONPATH=. python tests/attacks/runner.py --mode base --landlock 1 --rows 1,2,43
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import rows_answers  # noqa: F401
import rows_forgery  # noqa: F401  importing a file of rows enters them
import rows_handins  # noqa: F401
import rows_kernel  # noqa: F401
import rows_learning  # noqa: F401
import rows_replies  # noqa: F401
import rows_reports  # noqa: F401
import rows_resources  # noqa: F401
import rows_secrets  # noqa: F401
from arena import Arena, Store
from attack import ATTACKS, OPEN


@dataclass(frozen=True)
class Verdict:
    """What became of one attack in one mode.

    Attributes:
        number: Of the row.
        stopped_by: What stopped it; `OPEN` where the mode does not stop it and it was not carried out.
        failure: Why the row failed; empty when it did not.
        seconds: That it took.
    """

    number: int
    stopped_by: str
    failure: str = ""
    seconds: float = 0.0


def run(arena: Arena, numbers: Iterable[int]) -> Iterator[Verdict]:
    """Carry out attacks one after the other, each followed by an honest submission."""
    arena.honest()
    for number in numbers:
        attack = ATTACKS[number]
        if arena.mode not in attack.modes:
            yield Verdict(number, OPEN)
            continue
        begun = time.monotonic()
        try:
            stopped_by = attack.test(arena)
            arena.honest()
        except Exception as error:  # told as the row's failure, so that the other rows still run
            yield Verdict(number, "", f"{type(error).__name__}: {error}"[:600], time.monotonic() - begun)
        else:
            yield Verdict(number, stopped_by, seconds=time.monotonic() - begun)


def main() -> int:
    """Run the rows that the command line names; 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=("jail", "base", "portable"), default="jail")
    parser.add_argument("--landlock", type=int)
    parser.add_argument("--flavour", choices=("python", "numpy", "torch"), default="python")
    parser.add_argument("--rows", help="numbers separated by commas; all of them by default")
    parser.add_argument("--banks", type=Path, help="folder of small banks; cut from the public ones by default")
    options = parser.parse_args()
    numbers = [int(number) for number in options.rows.split(",")] if options.rows else sorted(ATTACKS)
    arena = Arena(options.mode, options.landlock, Store(), options.flavour, options.banks)
    failed = False
    try:
        for verdict in run(arena, numbers):
            failed |= bool(verdict.failure)
            print(json.dumps(asdict(verdict)), flush=True)
    finally:
        arena.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
