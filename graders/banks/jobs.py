"""Building banks in processes of their own, several at once, so that the grader itself never imports torch for it.

The child is `python -m graders.banks.jobs`: it reads one job as JSON from standard input, writes `done count` lines
while it works, and leaves the banks in the cache, where the parent reads them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from graders.errors import EnvironmentTrouble
from graders.sandbox.orphan import end_with_parent

Progress = Callable[[str, int, int], None]


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
        EnvironmentTrouble: a child failed, because torch is missing for example.
    """
    with ThreadPoolExecutor(max_workers=jobs or os.cpu_count() or 1) as pool:
        for failure in list(pool.map(lambda job: _in_child(job, progress), wanted)):
            if failure:
                raise EnvironmentTrouble(failure, "Is the environment complete? Try `leafgrad doctor`.")


def _in_child(job: BankJob, progress: Progress | None) -> str:
    """Build one exercise's banks; return what went wrong, or nothing."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-m", "graders.banks.jobs"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment) as child:
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None
        child.stdin.write(json.dumps(asdict(job)))
        child.stdin.close()
        try:
            for line in child.stdout:
                done, _, count = line.partition(" ")
                if progress and done.isdigit():
                    progress(job.exercise, int(done), int(count))
            said = child.stderr.read().strip().splitlines()
        except BaseException:
            child.kill()
            raise
    last = said[-1] if said else f"exit code {child.returncode}"
    return f"The cases of {job.exercise} could not be prepared: {last}." if child.returncode else ""


def main() -> None:
    """Build what standard input asks for, unless another process has built it meanwhile."""
    end_with_parent()
    from filelock import FileLock

    from graders.banks.bank import read_banks, write_banks
    from graders.banks.generate import build
    from graders.course.wrong import subjects
    from graders.judging.compare import Tolerance
    from graders.spec import load_spec

    job = BankJob(**json.load(sys.stdin))
    path, spec = Path(job.path), load_spec(job.exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if read_banks(path, spec, job.wrong) is None:
            tolerance = Tolerance(job.rtol, job.atol)

            def tell(done: int, count: int) -> None:
                print(done, count, flush=True)

            banks = build(spec, job.key, job.cases, tolerance, tell, subjects(Path(job.solutions), spec))
            write_banks(path, banks, job.wrong or "")


if __name__ == "__main__":
    main()
