"""Grades a push with leafgrad. Classroom 50's runner starts this in the student's checkout; `leafgrad deploy` wrote it.

Nothing of the checkout is imported: -I and -P keep the working directory off the path of pip and of leafgrad.
"""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"


def python_with_leafgrad() -> str | Path:
    """Return a Python that has this leafgrad: that of the image, one of an earlier run on this disk, or a new one."""
    (wanted,) = re.findall(r"leafgrad\D*(\d+(?:\.\d+)+)", REQUIREMENTS.read_text())
    test = f"import sys, graders; sys.exit(graders.__version__ != {wanted!r})"
    if subprocess.run([sys.executable, "-P", "-c", test], cwd=HERE, stderr=subprocess.DEVNULL).returncode == 0:
        return sys.executable
    digest = hashlib.sha256(sys.version.encode() + REQUIREMENTS.read_bytes())
    for wheel in sorted(HERE.glob("*.whl")):
        digest.update(wheel.read_bytes())
    shelf = Path(os.environ.get("RUNNER_TOOL_CACHE") or Path.home() / ".cache", "leafgrad", digest.hexdigest()[:16])
    python, ready = shelf / "bin" / "python", shelf / "ready"
    if not ready.exists():
        own = importlib.util.find_spec("pip") is not None  # a pip of its own would double the time that this takes
        without = ["--without-pip"] if own else []
        subprocess.run([sys.executable, "-I", "-m", "venv", "--clear", *without, shelf], cwd=HERE, check=True)
        pip = [sys.executable, "-I", "-m", "pip", "--python", str(shelf)] if own else [str(python), "-I", "-m", "pip"]
        quietly = ["install", "--quiet", "--no-compile", "--disable-pip-version-check"]
        subprocess.run([*pip, *quietly, "--requirement", str(REQUIREMENTS)], cwd=HERE, check=True)
        ready.touch()
    return python


def main() -> int:
    """Return the exit code: 0 when the push was graded, whatever its points."""
    python = python_with_leafgrad()
    with tempfile.TemporaryDirectory() as place:
        with zipfile.ZipFile(HERE / "course.zip") as course:
            course.extractall(place)
        return subprocess.run([python, "-P", "-m", "graders.deploy.on_classroom50", place]).returncode


if __name__ == "__main__":
    sys.exit(main())
