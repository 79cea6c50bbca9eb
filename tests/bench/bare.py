"""The limit: the cases of an exercise in a bare loop over the student's functions, without isolation or comparison.

    python -m tests.bench.bare EXERCISE BANKS RUNS

prints the seconds of each run as JSON. It runs in a process of its own, which holds nothing else.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import msgpack

from graders.banks.bank import read_banks
from graders.cases import decode
from graders.course.holes import HOLES
from graders.players.seen import Seen
from graders.sandbox.loader import SubmissionFinder, make_subject, supplied
from graders.spec import load_spec
from tests.bench.fixture import ROOT


def measure(exercise: str, banks: Path, runs: int) -> list[float]:
    """Return the seconds that the solution needs for all cases, decoded already, in each run.

    Args:
        exercise: Id of the exercise.
        banks: File of its banks.
        runs: How often.
    """
    spec = load_spec(exercise)
    found = read_banks(banks, spec)
    if found is None:
        raise FileNotFoundError(banks)
    work = [  # before the student's file: from then on an import may find a stand-in
        (bank.spec.player(), [decode(bank.spec.kind, wire) for wire in msgpack.unpackb(bank.packed)])
        for bank in found.values()
    ]
    sources = {path.stem: path.read_bytes() for path in (ROOT / "solutions").glob("ex*.py")}
    supplies = {stem: supplied(stem, name) for stem, name in spec.supplies.items()}
    subject = make_subject(exercise, SubmissionFinder(sources, supplies, HOLES))
    subject.module()
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        for play, cases in work:
            for case in cases:
                play(case, subject, Seen())
        taken.append(time.perf_counter() - begun)
    return taken


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
