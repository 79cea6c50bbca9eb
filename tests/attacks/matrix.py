"""The whole table, attack by mode, as Markdown: `python tests/attacks/matrix.py` runs it and rewrites TABLE.md.

`--mode "root, portable"` runs that mode alone and leaves the table.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1]))  # a script finds its own folder only

from attack import ATTACKS, OPEN, SIGNAL  # noqa: E402
from runner import Verdict  # noqa: E402
from small import SmallStore  # noqa: E402

from graders.course.course import load_course  # noqa: E402
from tests.sandbox.reach import ALLOWED, WHY  # noqa: E402

TABLE = HERE / "TABLE.md"
_SECONDS = 3000


@dataclass(frozen=True)
class Mode:
    """A user and the walls that this user's sandbox puts up.

    Attributes:
        user: `"root"` or `"user"`.
        level: `"jail"`, `"base"` or `"portable"`.
        landlock: Version of Landlock to be content with, None for the kernel's.
        flavour: Of the workers that meet hostile files.
    """

    user: str
    level: str
    landlock: int | None = None
    flavour: str = "python"

    @property
    def name(self) -> str:
        name = f"{self.user}, {self.level}" + (f", Landlock {self.landlock}" if self.landlock else "")
        return name if self.flavour == "python" else f"{name}, {self.flavour} loaded"

    def command(self, *options: str) -> list[str]:
        """Return the command line that runs the attacks in this mode."""
        command = [sys.executable, str(HERE / "runner.py"), "--mode", self.level]
        command += ["--flavour", self.flavour, *options]
        if self.landlock:
            command += ["--landlock", str(self.landlock)]
        if self.user == "user" and os.geteuid() == 0:
            command = [sys.executable, str(HERE / "ordinary.py"), *command]
        return command

    def verdicts(self, *options: str) -> dict[int, Verdict]:
        """Run the attacks and return row to verdict.

        Raises:
            RuntimeError: the machine does not offer this mode, or the runner itself failed.
        """
        environment = dict(os.environ, PYTHONPATH=str(HERE.parents[1]), PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(self.command(*options), capture_output=True, text=True, timeout=_SECONDS, env=environment)
        found = [Verdict(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
        if not found:
            raise RuntimeError(f"{self.name}: {done.stderr.strip().splitlines()[-1:]}")
        return {verdict.number: verdict for verdict in found}


def modes() -> list[Mode]:
    """Return the modes to try: of root and of an ordinary user where we are root, otherwise of the user we are."""
    users = ("root", "user") if os.geteuid() == 0 else ("user",)
    walls = (("jail", None), ("jail", 1), ("base", None), ("base", 1), ("portable", None))
    with_torch = [Mode(users[0], "jail", flavour="torch"), Mode(users[-1], "base", flavour="torch")]
    return [Mode(user, level, landlock) for user in users for level, landlock in walls] + with_torch


def table(results: Mapping[Mode, Mapping[int, Verdict]]) -> str:
    """Return the table of what stopped each attack in each mode, equal columns side by side as one."""
    columns: dict[tuple[str, ...], list[str]] = {}
    for mode, verdicts in results.items():
        cells = tuple(_cell(verdicts.get(number)) for number in sorted(ATTACKS))
        columns.setdefault(cells, []).append(mode.name)
    lines = [
        "# What stops each attack",
        "",
        "Written by `python tests/attacks/matrix.py`. Each row is a submission or an archive with a test; after each,",
        "an honest submission still earned everything and the grader had not grown. Modes in which every row was",
        f"stopped by the same share a column. *{OPEN}*: not stopped in this mode; up to row 69 not carried out.",
        f"*{SIGNAL}*: not stopped, but named under the signals of the report. Hand-ins from row 70 on are graded by a",
        "whole batch, beside an honest student and their twin: the same file without the trick. Their rows know what",
        "both earn; where one is open it earned more than its twin, and harmed nobody. **NOT STOPPED**: a test failed.",
        "",
        "| # | attack | " + " | ".join("<br>".join(names) for names in columns.values()) + " |",
        "|---|---|" + "---|" * len(columns),
    ]
    for position, number in enumerate(sorted(ATTACKS)):
        cells = " | ".join(column[position] for column in columns)
        lines.append(f"| {number} | {ATTACKS[number].title} | {cells} |")
    return "\n".join([*lines, "", *reach()]) + "\n"


def reach() -> list[str]:
    """Return the section on what of ours lies in the process that runs a student's file."""
    rows = [
        f"| {exercise} | {', '.join(f'`{file}`' for file in sorted(files))} | {WHY[exercise]} |"
        for exercise, files in ALLOWED.items()
    ]
    return [
        "## What stays in reach",
        "",
        "Nothing of `graders` can be imported, but one process hides nothing from frames and the garbage collector.",
        "What a file can reach that way behind walls, besides the worker and what every exercise has:",
        "",
        "| exercise | files of ours | why no concept of it is answered |",
        "|---|---|---|",
        *rows,
    ]


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not run"
    if verdict.failure:
        return "**NOT STOPPED**"
    return f"*{verdict.stopped_by}*" if verdict.stopped_by in (OPEN, SIGNAL) else verdict.stopped_by


def banks() -> Path:
    """Return a new folder with the small banks of all exercises, which every user may read."""
    folder, course = Path(tempfile.mkdtemp(prefix="leafgrad-banks-")), load_course(HERE.parents[1] / "course.yml")
    folder.chmod(0o755)
    SmallStore(course, folder).prepare(course.exercise_ids)
    return folder


def main() -> int:
    """Run every mode that the machine offers and write the table; 1 when an attack was not stopped."""
    options = argparse.ArgumentParser(description="Runs every attack in every mode and rewrites TABLE.md.")
    names = [mode.name for mode in modes()]
    options.add_argument("--mode", action="append", choices=names, help="only this mode; TABLE.md is left as it is")
    asked = options.parse_args().mode
    results, failed, small = {}, False, banks()
    for mode in modes():
        if asked and mode.name not in asked:
            continue
        try:
            results[mode] = mode.verdicts("--banks", str(small))
        except RuntimeError as error:
            print(f"not offered here: {error}", file=sys.stderr)
            continue
        for verdict in results[mode].values():
            if verdict.failure:
                failed = True
                print(f"{mode.name}: attack {verdict.number}: {verdict.failure}", file=sys.stderr)
        print(f"{mode.name}: {len(results[mode])} attacks", file=sys.stderr)
    if not asked:
        TABLE.write_text(table(results))
    shutil.rmtree(small)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
