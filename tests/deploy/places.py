"""A small course, what students hand in, and the trees in which platforms lay them."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from graders.cli import main

ROOT = Path(__file__).parents[2]
ASSIGNMENT = {"scalars": ["ex01_finite_differences", "ex02_closures"]}
KEY = "3f0a5c1e9b7d42868d1c0b3a7e5f9264"
CANARY = "canary-4711"

_FUTURE = "from __future__ import annotations\n"
THIEF = """
import glob as _glob, os as _os
_found = []
for _path in ["/autograder/submission_metadata.json", f"/proc/{_os.getppid()}/mem", f"/proc/{_os.getppid()}/environ",
              "/autograder/source/course/leafgrad.key",
              "/autograder/source/course/course.yml", "/autograder/source/requirements.txt",
              *_glob.glob("/autograder/source/course/.leafgrad/*/*")]:
    try:
        _found.append(open(_path, "rb").read()[:60])
    except OSError as _error:
        _found.append(type(_error).__name__)
raise RuntimeError("found " + repr(_found))
"""
"""Says what it could read, in the words that reach the report."""
FORGER = """
import os as _os
for _path in ("/autograder/results/results.json", "results.json", "result.json"):
    try:
        with open(_path, "w") as _file:
            _file.write('{"score": 1000}')
    except OSError:
        pass
print('{"score": 1000, "tests": []}')
_os.write(1, b'::set-output name=score::1000')
_os._exit(0)
"""


def small_course(folder: Path, assignments: Mapping[str, list[str]] = ASSIGNMENT, cases: int = 12) -> Path:
    """Make a course of a few exercises, with so many cases to a bank; return its course.yml."""
    whole = yaml.safe_load((ROOT / "course.yml").read_text(encoding="utf-8"))
    wanted = [name for names in assignments.values() for name in names]
    whole |= {
        "assignments": [{"id": name, "title": name, "exercises": names} for name, names in assignments.items()],
        "exercises": [exercise for exercise in whole["exercises"] if exercise["id"] in wanted],
        "defaults": {"cases": cases},
        "course": "small",
    }
    for room in ("exercises", "solutions", "solutions/wrong"):
        (folder / room).mkdir(parents=True)
    for name in wanted:
        shutil.copy(ROOT / "exercises" / f"{name}.py", folder / "exercises")
        shutil.copy(ROOT / "solutions" / f"{name}.py", folder / "solutions")
        shutil.copy(ROOT / "solutions" / "wrong" / f"{name}.yml", folder / "solutions" / "wrong")
    (folder / "course.yml").write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return folder / "course.yml"


def hand_ins() -> dict[str, dict[str, str]]:
    """Return student to what they hand in: path to text."""
    right = {f"{name}.py": (ROOT / "solutions" / f"{name}.py").read_text() for name in ASSIGNMENT["scalars"]}
    ex01, ex02 = right.values()
    wrong = ex02.replace("self.grad += other.data * out.grad", "self.grad += self.data * out.grad")
    assert wrong != ex02
    shadow = "raise SystemExit('a module of the student was imported')\n"
    names = ("sitecustomize", "usercustomize", "graders/__init__", "numpy", "json", "typing", "conftest", "pip", "venv")
    return {
        "right": right,
        "wrong": right | {"ex02_closures.py": wrong},
        "thief": right | {"ex02_closures.py": ex02.replace(_FUTURE, _FUTURE + THIEF)},
        "forger": right | {"ex01_finite_differences.py": ex01.replace(_FUTURE, _FUTURE + FORGER)},
        "shadow": right | {f"{name}.py": shadow for name in names} | {"course.yml": "points: 1000\n"},
        "empty": {},
    }


def lay(files: Mapping[str, str], folder: Path) -> Path:
    """Write a hand-in into a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def leafgrad(*arguments: object) -> int:
    """Run a command; return its exit code."""
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return int(end.value.code or 0)


def graded(out: Path) -> dict[str, dict[str, float]]:
    """Return student to the score of each concept, as `leafgrad grade` wrote them."""
    scores: dict[str, dict[str, float]] = {}
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scores.setdefault(row["student_id"], {})[f"{row['exercise']}.{row['concept']}"] = float(row["score"])
    return scores


def hundredths(scores: Mapping[str, float]) -> dict[str, int]:
    """Return scores as Classroom 50 takes them, which has whole numbers only."""
    return {concept: round(100 * score) for concept, score in scores.items()}


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which `python3` has this leafgrad."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LEAFGRAD_CACHE") if name in os.environ}
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def open_python() -> str | None:
    """Return a Python of our version that any user may run, None where there is none."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    own = getattr(sys, "_base_executable", sys.executable)  # an environment's is of no use without what it is made from
    for place in (own, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        real = Path(place).resolve()
        if real.exists() and all(folder.stat().st_mode & 0o001 for folder in real.parents):
            return place
    return None


def packages() -> str:
    """Return what PYTHONPATH must be for a Python that has nothing of ours."""
    return os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])


_NEW_ROOT = """
set -e
mount -t tmpfs tmpfs "$1"
for entry in /*; do
  if [ -L "$entry" ]; then cp -P "$entry" "$1$entry"
  elif [ -d "$entry" ]; then mkdir "$1$entry"; mount --rbind "$entry" "$1$entry"; fi
done
mkdir "$1/autograder" "$1/.old"
mount --bind "$2" "$1/autograder"
pivot_root "$1" "$1/.old"
umount -l /.old
cd /autograder
shift 2
exec "$@"
"""


@dataclass(frozen=True)
class Autograder:
    """What Gradescope has on disk: `/autograder` in a root of its own where that can be had, else below `tree`.

    Attributes:
        tree: Its `/autograder`.
        apart: Whether there is a mount namespace in which it lies at `/autograder`.
    """

    tree: Path
    apart: bool

    @classmethod
    def unpacked(cls, archive: Path, tree: Path) -> Autograder:
        """Lay out what Gradescope lays out before it builds the image."""
        for name in ("source", "submission", "results"):
            (tree / name).mkdir(parents=True)
        with zipfile.ZipFile(archive) as file:
            file.extractall(tree / "source")
        for name in ("setup.sh", "run_autograder"):
            (tree / "source" / name).chmod(0o755)
        shutil.copy(tree / "source" / "run_autograder", tree)
        (tree / "submission_metadata.json").write_text(f'{{"id": "{CANARY}"}}')
        return cls(tree, can_mount())

    def run(self, script: str, *, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script of the tree, as the platform does."""
        if self.apart:
            new = self.tree.with_name(f"{self.tree.name}-root")
            new.mkdir(exist_ok=True)
            command = ["unshare", "--mount", "--propagation", "private", "bash", "-c", _NEW_ROOT, "bash"]
            command += [str(new), str(self.tree), f"/autograder/{script}"]
            env = dict(environ)
        else:
            command, env = [str(self.tree / script)], {**environ, "AUTOGRADER_ROOT": str(self.tree)}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)

    def hand_in(self, files: Mapping[str, str]) -> None:
        """Put a hand-in in the place of the one before."""
        shutil.rmtree(self.tree / "submission")
        (self.tree / "submission").mkdir()
        lay(files, self.tree / "submission")


def can_mount() -> bool:
    """Return whether this process may make a mount namespace."""
    try:
        return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
