"""A result for Classroom 50, the open successor of GitHub Classroom: `./result.json` beside the student's checkout.

Source: Classroom 50's manual, "Advanced Autograding", the result.json contract. Scores there are whole numbers, so a
point of ours is a hundred of theirs, and the total is the sum of the tests as they were rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graders.errors import EnvironmentTrouble
from graders.render.fragment import concept_text
from graders.report import Report
from graders.submission.times import format_time, read_time

_SCALE = 100
_LARGEST = 1e300
_GIVEN = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}
"""Field to the environment variable in which the runner gives it."""


def classroom50(report: Report, environment: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the result of one student.

    Args:
        report: The report.
        environment: Where the runner's variables are.
        now: The time of grading, which stands in where the report does not know when the work was handed in.

    Raises:
        EnvironmentTrouble: a variable of the runner is missing.
    """
    missing = [name for name in _GIVEN.values() if not environment.get(name)]
    if missing:
        raise EnvironmentTrouble(
            f"Classroom 50's runner sets {', '.join(_GIVEN.values())}; missing here: {', '.join(missing)}.",
            "Call this from an autograder.py that the runner started.",
        )
    tests: list[dict[str, Any]] = [
        {
            "test-name": f"{exercise.id}.{concept.id}",
            "passed": concept.status == "passed",
            "score": _scaled(concept.score),
            "max-score": _scaled(concept.max_score),
            "title": concept.title,
            "status": concept.status,
            "output": "" if concept.status == "passed" else concept_text(exercise.id, concept),
        }
        for exercise, concept in report.concepts()
    ]
    stamp = format_time(now)
    handed_in = read_time(report.submitted_at) if report.submitted_at else None
    return {
        "schema": "classroom50/result/v1",
        **{field: environment[name] for field, name in _GIVEN.items()},
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": report.submitted_at if handed_in else stamp,
        "graded_at": stamp,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _scaled(points: float) -> int:
    return round(points * _SCALE) if abs(points) < _LARGEST else round(points) * _SCALE
