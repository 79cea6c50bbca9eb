"""Building banks in processes of their own, several at once, so that the grader itself never imports torch for it.

A child is `python -m graders.banks.jobs`: it reads jobs as lines of JSON from standard input, one after the other since
loading torch takes longer than most jobs, writes `done count` while it works on one and `built` after it, and leaves
the banks in the cache, where the parent reads them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from graders.errors import CourseError, EnvironmentTrouble, LeafgradError
from graders.sandbox.orphan import end_with_parent

Progress = Callable[[str, int, int], None]

_OF_THE_COURSE = 3
"""Exit code of a child that says what is wrong with the declarations."""

_BUILT = "built"


@dataclass(frozen=True)
class BankJob:
    """What one child builds: an exercise's banks under a key, `cases` to a bank, into the file `path`.

    Wrong ideas are those in `wrong` of the folder `solutions`, if it has any; `wrong` is a digest of them.
    """

    exercise: str
    key: str
    cases: int
    rtol: float
    atol: float
    path: str
    solutions: str
    wrong: str | None


def build_all(wanted: Sequence[BankJob], progress: Progress | None = None, jobs: int | None = None) -> None:
    """Build banks in child processes.

    Args:
        wanted: What to build.
        progress: Called with (exercise, banks done, banks in all).
        jobs: Children at the same time; one for each core unless given.

    Raises:
        CourseError: what is declared cannot be drawn or computed.
        EnvironmentTrouble: a child failed, because torch is missing for example.
    """
    waiting = deque(enumerate(wanted))
    failures: dict[int, LeafgradError] = {}
    children = min(jobs or os.cpu_count() or 1, len(waiting))
    with ThreadPoolExecutor(max_workers=max(children, 1)) as pool:
        try:
            for feeding in [pool.submit(_feed_children, waiting, failures, progress) for _ in range(children)]:
                feeding.result()
        except BaseException:
            waiting.clear()
            raise
    if failures:
        raise failures[min(failures)]


def _feed_children(
    waiting: deque[tuple[int, BankJob]], failures: dict[int, LeafgradError], progress: Progress | None
) -> None:
    """Have jobs built by one child, and by another one after each that fails, until none waits."""
    while waiting:
        failed = _feed_child(waiting, progress)
        if failed:
            failures[failed[0]] = failed[1]


def _feed_child(waiting: deque[tuple[int, BankJob]], progress: Progress | None) -> tuple[int, LeafgradError] | None:
    """Have jobs built by one child until none waits; return which job it failed on, and why, or None."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-m", "graders.banks.jobs"]
    pipe = subprocess.PIPE
    with (
        TemporaryFile("w+", encoding="utf-8", errors="replace") as said,  # a pipe that nobody reads would fill up
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said, text=True, env=environment) as child,
    ):
        try:
            while (taken := _next(waiting)) is not None:
                number, job = taken
                if not _built(child, job, progress):
                    child.communicate()
                    said.seek(0)
                    return number, _failure(child.returncode, said.read(), job)
            child.communicate()
        except BaseException:
            child.kill()
            raise
    return None


def _next(waiting: deque[tuple[int, BankJob]]) -> tuple[int, BankJob] | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _built(child: subprocess.Popen[str], job: BankJob, progress: Progress | None) -> bool:
    """Return whether a child built one job; it has ended where it did not."""
    assert child.stdin is not None and child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.write(json.dumps(asdict(job)) + "\n")
        child.stdin.flush()
    for line in child.stdout:
        if line.strip() == _BUILT:
            return True
        done, _, count = line.partition(" ")
        if progress and done.isdigit():
            progress(job.exercise, int(done), int(count))
    return False


def _failure(code: int, said: str, job: BankJob) -> LeafgradError:
    lines = said.strip().splitlines()
    last = lines[-1] if lines else f"exit code {code}."
    what = f"The cases of {job.exercise} could not be prepared:"
    if code == _OF_THE_COURSE:
        return CourseError(f"{what} {last}")
    return EnvironmentTrouble(f"{what} {last}", "Is the environment complete? Try `leafgrad doctor`.")


def main() -> None:
    """Build what standard input asks for, unless another process has built it meanwhile."""
    end_with_parent()
    from graders.banks.generate import BankError

    answers, sys.stdout = sys.stdout, sys.stderr  # what a course's own code prints is no answer
    try:
        for line in sys.stdin:
            _build(BankJob(**json.loads(line)), answers)
            print(_BUILT, file=answers, flush=True)
    except (BankError, CourseError) as error:
        print(error, file=sys.stderr)
        sys.exit(_OF_THE_COURSE)


def _build(job: BankJob, answers: TextIO) -> None:
    from filelock import FileLock

    from graders.banks.bank import read_banks, write_banks
    from graders.banks.generate import build
    from graders.course.bind import look_up
    from graders.course.own import spec_of
    from graders.course.wrong import subjects
    from graders.judging.compare import Tolerance

    path, spec = Path(job.path), spec_of(Path(job.solutions).parent, job.exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if read_banks(path, spec, job.wrong) is None:
            look_up(spec)
            tolerance = Tolerance(job.rtol, job.atol)

            def tell(done: int, count: int) -> None:
                print(done, count, file=answers, flush=True)

            banks = build(spec, job.key, job.cases, tolerance, tell, subjects(Path(job.solutions), spec))
            write_banks(path, banks, job.wrong or "")


if __name__ == "__main__":
    main()
