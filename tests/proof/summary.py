"""Adds up what the proof of no false failure did: `python -m tests.proof.summary`."""

import json

from tests.conftest import ROOT


def main() -> None:
    """Print one line for each exercise and the totals."""
    records = [json.loads(path.read_text()) for path in sorted((ROOT / "build" / "proof").glob("ex*.json"))]
    for record in records:
        failures = len(record["false_failures"])
        print(
            f"{record['exercise']:26} {record['keys']:4} keys {record['generated_cases']:9,} cases"
            f" {record['replays']:10,} replays {failures:3} false failures {record['seconds']:7.0f} s"
        )
    cases = sum(record["generated_cases"] for record in records)
    replays = sum(record["replays"] for record in records)
    failures = sum(len(record["false_failures"]) for record in records)
    keys = min((record["keys"] for record in records), default=0)
    print(
        f"{len(records)} exercises, {keys} keys: {cases:,} generated cases,"
        f" {replays:,} replays, {failures} false failures"
    )


if __name__ == "__main__":
    main()
