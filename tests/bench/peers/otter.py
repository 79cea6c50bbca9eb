"""The otter-grader peer: the checks as its test files, `otter run` on each notebook, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import nbformat

from tests.bench.peers.notebook import calls, notebook

_INSTALL_SECONDS = 240
_HOUSE = Path(__file__).resolve().parents[3]
_TEST = """\
OK_FORMAT = True
test = {test!r}
"""


class OtterPeer:
    """Runs otter's autograder on notebooks, one process for each.

    Args:
        exercise: Id of the exercise.
        folder: For the autograder, the notebooks and the results.
        solution: Source of the solution; otter needs none.
        command: Path of the `otter` command.
    """

    name = "otter run"

    def __init__(self, exercise: str, folder: Path, solution: str, command: Path) -> None:
        self._exercise = exercise
        self._folder = folder
        self._command = command
        (folder / "tests").mkdir(parents=True)
        for concept, lines in calls(exercise).items():
            case = {"code": _doctest(lines), "hidden": False, "locked": False}
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            test = {"name": concept, "points": 1, "suites": [suite]}
            (folder / "tests" / f"{concept}.py").write_text(_TEST.format(test=test))
        self._run("generate", "-t", "tests", "-o", "autograder.zip")

    @staticmethod
    def command(folder: Path) -> Path | None:
        """Return the `otter` command, installed into `folder` when it is not there yet; None when it cannot be had."""
        command = folder / "otter" / "bin" / "otter"
        if command.is_file():
            return command
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": _INSTALL_SECONDS}
        try:
            subprocess.run([sys.executable, "-m", "venv", str(folder / "otter")], **quiet)  # type: ignore[call-overload]
            subprocess.run([str(command.parent / "pip"), "install", "-q", "otter-grader"], **quiet)  # type: ignore[call-overload]
        except (OSError, subprocess.SubprocessError):
            return None
        packages = next((folder / "otter" / "lib").glob("python*")) / "site-packages"
        paths = [sysconfig.get_path("purelib"), str(_HOUSE)]  # torch and Hypothesis; the operations and sizes
        (packages / "bench.pth").write_text("".join(f"{path}\n" for path in paths))
        return command if command.is_file() else None

    def hand_in(self, student: str, source: str) -> None:
        """Write a student's notebook: the code, then the checks' definitions."""
        made = notebook(self._exercise, source)
        made.cells = made.cells[:2]
        nbformat.write(made, self._folder / f"{student}.ipynb")

    def autograde(self, students: str) -> None:
        """Grade the notebooks of the students whose names match a pattern, one after the other."""
        for path in sorted(self._folder.glob(f"{students}.ipynb")):
            self._run("run", "--no-logo", "-a", "autograder.zip", "-o", f"out/{path.stem}", path.name)

    def lost(self) -> Mapping[str, frozenset[str]]:
        """Return, for each graded student, the concepts whose tests failed."""
        graded = {}
        for path in sorted(self._folder.glob("out/*/results.json")):
            results = json.loads(path.read_bytes())["tests"]
            scored = {test["name"].split(" - ")[0].split(":")[0]: test for test in results if test.get("max_score")}
            graded[path.parent.name] = frozenset(name for name, test in scored.items() if not test["score"])
        return graded

    def _run(self, *arguments: str) -> None:
        (self._folder / "out" / Path(arguments[-1]).stem).mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            "OMP_NUM_THREADS": "1",
            "PATH": f"{self._command.parent}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            [str(self._command), *arguments],
            cwd=self._folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"otter {arguments[0]} failed: {(done.stdout + done.stderr)[-2000:]}")


def _doctest(lines: list[str]) -> str:
    """Return lines of code, some of them loops, as a doctest."""
    return "".join(
        "".join(f"{'...' if number else '>>>'} {line}\n" for number, line in enumerate(block.splitlines()))
        for block in lines
    )
