"""What the workflow starts on GitHub: `python -P -m graders.deploy.on_github`, in the student's checkout.

Writes `result.json` (the contract of Classroom 50) and the job summary. The exit code is 0 when the push was graded,
whatever its points, and 1 for a fault of ours: then there is no result.json. Nothing of a student's is printed, since
the log's lines can be commands to the runner.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graders.deploy.grading import Placed, grade_one, placed, walls
from graders.exports.classroom50 import classroom50
from graders.files import plain_file, write_whole
from graders.grading.faults import Fault, fault_of
from graders.render.markdown import job_summary
from graders.report import Report

RESULT = "result.json"
_UNGRADED = "## Not graded, through no fault of the hand-in\n\nRun the job again. The log says why.\n"


def main() -> int:
    """Grade the checkout in the working directory, by the course that lies in it."""
    made = grade_checkout(Path.cwd(), stand_ins)
    _summarise(_UNGRADED if isinstance(made, Fault) else job_summary(made))
    return 1 if isinstance(made, Fault) else 0


def grade_checkout(course: Path, variables: Callable[[Placed], Mapping[str, str]]) -> Report | Fault:
    """Grade the checkout in the working directory, write its result, and print what happened.

    Args:
        course: Folder of the course.
        variables: Returns what Classroom 50's runner says of this run.
    """
    checkout = Path.cwd()
    made: Report | Fault
    try:
        clear(checkout / RESULT)
        place = placed(course)
        made = grade_one(replace(place, key=None), checkout)  # a key that lies here is the student's
        if isinstance(made, Report):
            result = classroom50(made, variables(place), datetime.now(UTC))
            write_whole(checkout / RESULT, json.dumps(result, indent=1).encode(), plain_file)
    except Exception as error:
        made = fault_of(error)
    if isinstance(made, Fault):
        print(f"{made.why}\n\n{made.trace}")
    else:
        print(f"{made.score:g} of {made.max_score:g} points. The table is in the run's summary.")
        print(*walls(), sep="\n")
    return made


def clear(path: Path) -> None:
    """Remove what a student put where a file of ours goes."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def _summarise(text: str) -> None:
    """Append to the job summary, where the runner has one."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(summary, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)


def stand_ins(place: Placed) -> dict[str, str]:
    """Return what Classroom 50's runner would say of a run on plain GitHub."""
    variables = os.environ
    home = f"{variables.get('GITHUB_SERVER_URL', 'https://github.com')}/{variables.get('GITHUB_REPOSITORY', '-')}"
    return {
        "CLASSROOM": variables.get("GITHUB_REPOSITORY_OWNER") or "-",
        "ASSIGNMENT": place.assignment or place.course.course,
        "SUBMISSION_TAG": variables.get("GITHUB_REF_NAME") or "-",
        "COMMIT_URL": f"{home}/commit/{variables.get('GITHUB_SHA', '-')}",
        "RELEASE_URL": f"{home}/actions/runs/{variables.get('GITHUB_RUN_ID', '-')}",
    }


if __name__ == "__main__":
    sys.exit(main())
