"""Adds up what the proof of no false failure did: `python -m tests.proof.summary`."""

import json
from collections import defaultdict

from tests.conftest import ROOT


def main() -> None:
    """Print one line for each exercise and the totals."""
    parts = defaultdict(list)
    for path in sorted((ROOT / "build" / "proof").glob("ex*-*.json")):
        record = json.loads(path.read_text())
        parts[record["exercise"]].append(record)
    for exercise, records in parts.items():
        print(f"{exercise:26} {told(records)} {sum(record['seconds'] for record in records):7.0f} s")
    everything = [record for records in parts.values() for record in records]
    print(f"{f'{len(parts)} exercises':26} {told(everything)}")


def told(records: list[dict]) -> str:
    """Return the sums over some records: keys that all exercises among them had, cases, replays, false failures."""
    keys = defaultdict(set)
    for record in records:
        keys[record["exercise"]].update(record["keys"])
    shared = set.intersection(*keys.values()) if keys else set()
    cases, replays = (sum(record[name] for record in records) for name in ("generated_cases", "replays"))
    failures = sum(len(record["false_failures"]) for record in records)
    return f"{len(shared):4} keys {cases:9,} cases {replays:10,} replays {failures:3} false failures"


if __name__ == "__main__":
    main()
