"""The pytest peer: the file of checks and a submission in a folder, one pytest process for each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.peers.verdicts import EXAMPLES, FILES, lost

_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class PytestPeer:
    """Runs one exercise's checks on submissions.

    Args:
        exercise: Id of the exercise.
        folder: Where submissions are put; made and left behind.
        examples: Of each check; as many as our banks draw on average unless given.
    """

    name = "pytest + Hypothesis + torch"

    def __init__(self, exercise: str, folder: Path, examples: int | None = None) -> None:
        self._exercise = exercise
        self._folder = folder
        self._environment = _ENVIRONMENT | ({EXAMPLES: str(examples)} if examples else {})
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(FILES[exercise], folder / "test_submission.py")
        (folder / "pytest.ini").write_text("[pytest]\n")

    def grade(self, files: Mapping[str, bytes], only: str = "") -> frozenset[str]:
        """Return the concepts that a submission loses.

        Args:
            files: File name to source.
            only: Run only the tests that this expression selects, as `pytest -k` does.

        Raises:
            RuntimeError: pytest itself did not run.
        """
        for name, source in files.items():
            (self._folder / name).write_bytes(source)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rfE",
            "--tb=line",
            "-p",
            "no:cacheprovider",
            "-k",
            only,
            "test_submission.py",
        ]
        done = subprocess.run(
            command, cwd=self._folder, env=os.environ | self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"pytest ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-500:]}")
        begin = "FAILED test_submission.py::"
        lines = [line.removeprefix(begin) for line in done.stdout.splitlines() if line.startswith(begin)]
        return lost(line.split(" - ")[0] for line in lines)
