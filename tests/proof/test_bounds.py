"""What pyproject.toml promises: the lowest versions that it names pass the quick tests, and so do the newest.

Torch is the exception: both environments have the build in the constraints, since other ones are gigabytes of CUDA.
The environments are made outside the repository, which makes this need the network and some minutes.
"""

import os
import re
import subprocess
import tomllib
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

EXTRAS = ("nbgrader", "pytest")
TOOLS = ("pytest-xdist", "jsonschema")
"""Extras with bounds of their own, and what only the tests need."""


def bounds() -> list[str]:
    """Return the requirements of leafgrad that are not torch, as pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["dependencies"] + [line for extra in EXTRAS for line in project["optional-dependencies"][extra]]


def pinned(name: str) -> str:
    """Return the line of the constraints for a package."""
    return next(line for line in (ROOT / ".ci" / "constraints.txt").read_text().split() if line.startswith(f"{name}=="))


@pytest.mark.proof
@pytest.mark.parametrize("which", ["lowest", "newest"])
def test_the_quick_tests_pass(which, tmp_path):
    lowest = [re.sub(r">=([^,]+).*", r"==\1", line) for line in bounds()]
    assert all("==" in line for line in lowest), "a requirement has no lower bound"
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    for step in ([pinned("torch")], [*(lowest if which == "lowest" else bounds()), *TOOLS]):
        run(tmp_path, python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *step)
    run(tmp_path, python, "-m", "pip", "install", "-qq", "--no-deps", "--editable", str(ROOT))
    print(run(tmp_path, python, "-m", "pip", "list", "--format=freeze"))
    said = run(ROOT, python, "-m", "pytest", "-m", "quick and not proof", "-p", "no:cacheprovider")
    assert re.search(r"[1-9]\d* passed", said) and "failed" not in said


def run(folder: Path, *command: str) -> str:
    """Run a command; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True)
    assert not done.returncode, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout
