"""No false failure: right answers keep full marks over many keys, a million generated cases in all.

Concepts whose cases are all hand-picked are left out; they are the same under every key. `LEAFGRAD_PROOF_KEYS` sets
the number of keys (100), each with banks of fifty drawn cases; they are taken ten at a time. Each ten of each
exercise writes what it did to `build/proof/<exercise>-<first key>.json`; `python -m tests.proof.summary` adds them up.
"""

import json
import os
import time

import pytest

from graders.course.course import load_course
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.spec import load_spec
from tests.conftest import ROOT, fresh_banks
from tests.course.test_selftest import allowed

CASES = 50
KEYS = int(os.environ.get("LEAFGRAD_PROOF_KEYS", "100"))
EXERCISES = load_course(ROOT).exercise_ids


@pytest.mark.proof
@pytest.mark.parametrize("first", range(0, KEYS, 10))
@pytest.mark.parametrize("exercise", EXERCISES)
def test_right_answers_never_fail(course, store, sandboxes, solutions, exercise, first):
    spec = load_spec(exercise)
    drawn_for = [f"{exercise}.{c.id}" for c in spec.concepts if any(check.bank.draw for check in c.checks)]
    styles = {"solution": (solutions[f"{exercise}.py"], set())}
    for path in sorted((ROOT / "tests" / "right" / exercise).glob("*.py")):
        styles[path.stem] = (path.read_bytes(), allowed(path.read_text(), exercise))
    keys = range(first, min(first + 10, KEYS))
    cases = replays = 0
    failures = []
    begun = time.monotonic()
    for number in keys:
        keyed = fresh_banks(course, store, exercise, f"proof key {number}", CASES)
        drawn = sum(len(bank) - len(bank.spec.fixed) for bank in keyed.banks(exercise).values())
        cases += drawn
        for style, (source, may_lose) in styles.items():
            grader = Grader(course, keyed, sandboxes, Budget(calls=0))
            report = grader.grade(Files(solutions | {f"{exercise}.py": source}), drawn_for)
            replays += drawn
            missed = {f"{e.id}.{c.id}" for e, c in report.concepts() if c.status != "passed"}
            if missed - may_lose:
                failures.append({"key": number, "style": style, "lost": sorted(missed - may_lose)})
    folder = ROOT / "build" / "proof"
    folder.mkdir(parents=True, exist_ok=True)
    record = {"exercise": exercise, "keys": list(keys), "styles": len(styles), "generated_cases": cases}
    record |= {"replays": replays, "false_failures": failures, "seconds": round(time.monotonic() - begun, 1)}
    (folder / f"{exercise}-{first:04}.json").write_text(json.dumps(record, indent=1) + "\n")
    assert not failures
