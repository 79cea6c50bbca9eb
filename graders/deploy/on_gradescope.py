"""What `run_autograder` and `setup.sh` start on Gradescope: `python -P -m graders.deploy.on_gradescope [--ready] ROOT`.

A fault of ours never becomes a score: results.json then has neither a score nor a test, only the sentence, and the exit
code is not 0. Gradescope shows such a hand-in as not graded.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from graders.deploy.grading import grade_one, placed, walls
from graders.errors import LeafgradError
from graders.exports.gradescope import gradescope
from graders.files import plain_file, write_whole
from graders.grading.faults import Fault, fault_of
from graders.report import Report

_UNGRADED = (
    "Not graded, through no fault of the hand-in: {why}\n"
    "Your work is kept and this is no score. Your instructor can grade it again: Rerun Autograder."
)


def main(arguments: list[str]) -> int:
    """Grade `ROOT/submission` into `ROOT/results/results.json`; with `--ready`, only say whether that will work."""
    root = Path(arguments[-1])
    if arguments[0] == "--ready":
        return _ready(root)
    begun = time.monotonic()
    try:
        place = placed(root / "source" / "course")
        made = grade_one(place, root / "submission")
        results = _results(made, place.visibility)
    except Exception as error:
        made = fault_of(error)
        results = _results(made, "visible")
    results["execution_time"] = round(time.monotonic() - begun, 3)
    write_whole(root / "results" / "results.json", json.dumps(results).encode(), plain_file)
    if isinstance(made, Fault):
        print(f"{made.why}\n\n{made.trace}")
        return 1
    print(f"{made.score:g} of {made.max_score:g} points.")
    print(*walls(), sep="\n")
    return 0


def _results(made: Report | Fault, visibility: str) -> dict[str, Any]:
    if isinstance(made, Fault):
        return {"output": _UNGRADED.format(why=made.why), "output_format": "text", "extra_data": {"leafgrad": "fault"}}
    results = gradescope(made, visibility=visibility)
    results["extra_data"]["leafgrad"]["walls"] = walls()
    return results


def _ready(root: Path) -> int:
    """Say, while the image is built, what will be graded and behind which walls; 1 where that will not work."""
    try:
        place = placed(root / "source" / "course")
        course, store = place.course, place.store
        names = place.only or course.exercise_ids
        store.prepare(names)
    except LeafgradError as error:
        print(f"leafgrad: {error}", file=sys.stderr)
        return 1
    concepts = [concept for name in names for concept in course.exercise(name).concepts]
    points = sum(concept.points for concept in concepts)
    print(f"leafgrad is ready: {len(names)} exercises, {len(concepts)} concepts, {points:g} points.")
    print(f"Cases under the key {store.key_id}.", *walls(), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
