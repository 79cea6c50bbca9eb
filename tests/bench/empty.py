"""Part 8: from an empty environment to the first verdict; pip downloads the packages before that."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.fixture import ROOT, Ground
from tests.bench.measure import Row, row, seconds

_OFTEN = 3


def run(ground: Ground) -> Iterator[Row]:
    """Yield what a new student waits for, in a home with a blank in its name, and the megabytes."""
    subprocess.run(["make", "--silent", "wheel"], cwd=ROOT, check=True)
    (wheel,) = (ROOT / "dist").glob("leafgrad-*.whl")
    with tempfile.TemporaryDirectory(prefix="a home ") as place:
        home, shelf = Path(place), Path(place, "packages")
        fetch = [sys.executable, "-m", "pip", "download", "-qq", "--dest", str(shelf), str(wheel)]
        subprocess.run(fetch, check=True)
        yield row(8, "packages", [_megabytes(shelf)], scale=1, unit="MB", note="downloaded, leafgrad among them")
        subprocess.run([sys.executable, "-m", "venv", str(home / "env")], check=True)
        bare = _megabytes(home / "env")
        binaries = home / "env" / ("Scripts" if os.name == "nt" else "bin")

        def command(*words: str, good: tuple[int, ...] = (0,)) -> float:
            done: list[int] = []
            kept = {"HOME": place, "USERPROFILE": place, "PATH": os.environ["PATH"]}
            here = home / "mine" if (home / "mine").is_dir() else home
            taken = seconds(
                lambda: done.append(subprocess.run(words, cwd=here, env=kept, capture_output=True).returncode)
            )
            assert done[0] in good, words
            return taken

        pip = [str(binaries / "python"), "-m", "pip", "install", "-qq", "--no-index", "--find-links", str(shelf)]
        install = command(*pip, "--disable-pip-version-check", "leafgrad")
        yield row(8, "the same, installed", [_megabytes(home / "env") - bare], scale=1, unit="MB", note="without torch")
        leafgrad = str(binaries / "leafgrad")
        begin = command(leafgrad, "start", "mine")
        first = command(leafgrad, "check", "ex02", good=(1,))
        yield row(8, "pip install, start, first check of ex02", [install + begin + first], note="goal 5000 ms")
        later = [command(leafgrad, "check", "ex02", good=(1,)) for _ in range(_OFTEN)]
        yield row(8, "the first check of ex02", [first], ratio=first / min(later), against="later ones")
        status = [command(leafgrad, "status", good=(1,)) for _ in range(_OFTEN)]
        yield row(8, "leafgrad status in the fresh folder", status, note="goal 300 ms")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
