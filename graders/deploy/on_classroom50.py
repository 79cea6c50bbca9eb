"""What `autograder.py` starts on Classroom 50: `python -P -m graders.deploy.on_classroom50 COURSE`.

Runs in the student's checkout. Writes `result.json` and `release-body.md`, which the platform's runner puts into the
release and into the job summary. Exit code 1 is a fault of ours: then the platform keeps the student's earlier release.

Source: Classroom 50's manual, "Advanced Autograding", and its runner.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from graders.deploy.on_github import clear, grade_checkout
from graders.files import plain_file, write_whole
from graders.grading.faults import Fault
from graders.render.markdown import job_summary

BODY = "release-body.md"
_MOST_BYTES = 120_000
"""Of the text of a release, for which GitHub takes 125,000 characters."""


def main(arguments: list[str]) -> int:
    """Grade the checkout in the working directory by the course in a folder."""
    made = grade_checkout(Path(arguments[0]), lambda place: os.environ)
    clear(Path(BODY))
    if isinstance(made, Fault):
        return 1
    write_whole(Path(BODY), job_summary(made, _MOST_BYTES).encode("utf-8", "backslashreplace"), plain_file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
