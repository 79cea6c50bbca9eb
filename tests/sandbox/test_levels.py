"""Which level a machine gets is found by trying, and said in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.sandbox.client import Limits
from graders.sandbox.levels import LEVELS, MEANING
from graders.sandbox.opening import open_sandbox
from graders.sandbox.probe import Probed, probe

HOUSE = Path(__file__).resolve().parents[2]

_PROBE = """
from graders.sandbox.client import Limits
from graders.sandbox.opening import open_sandbox
from graders.sandbox.probe import probe
print(probe().level, *probe().explain(), sep="\\n")
with open_sandbox("python", Limits()) as sandbox:
    assert sandbox.level == probe().level
"""


def _elsewhere(command: list[str]) -> list[str]:
    """Return the lines that the probe prints when it is started by `command`."""
    environment = dict(os.environ, PYTHONPATH=str(HOUSE))
    done = subprocess.run([*command, sys.executable, "-c", _PROBE], capture_output=True, text=True, env=environment)
    if done.returncode and not done.stdout:
        pytest.skip(f"{command[0]} cannot run here: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_probe_explains_itself() -> None:
    found = probe()
    assert found.level in LEVELS
    assert found.explain()[0].startswith(f"{found.level}: {MEANING[found.level]}")
    lines = Probed("base", (), (("jail", "unshare: Operation not permitted"),)).explain()
    assert "unshare: Operation not permitted" in lines[1]
    assert "user namespaces" in lines[-1]


def test_without_namespaces_the_base_wall_is_left(tmp_path: Path) -> None:
    if probe().level != "jail":
        pytest.skip("there are no namespaces here anyway")
    forbid = tmp_path / "forbid.py"
    forbid.write_text(
        "import os, sys\nfrom graders.sandbox import kernel, namespaces\n"
        "entered, mapped = os.pipe(), os.pipe()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    kernel.unshare(kernel.CLONE_NEWUSER)\n"
        "    os.write(entered[1], b'e')\n"
        "    os.read(mapped[0], 1)\n"
        "    with open('/proc/sys/user/max_user_namespaces', 'w') as limit:\n"
        "        limit.write('0')\n"
        "    os.execv(sys.argv[1], sys.argv[1:])\n"
        "os.read(entered[0], 1)\n"
        "namespaces.write_maps(child, None)\n"
        "os.write(mapped[1], b'm')\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    lines = _elsewhere([sys.executable, str(forbid)])
    assert lines[0] in ("base", "portable")
    assert any("jail is not reached" in line for line in lines)


def test_a_level_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of jail, base, portable"):
        open_sandbox("python", Limits(), "fortress")


_WITHOUT_LANDLOCK = """
import struct, sys
from graders.sandbox import kernel, seccomp
code = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (6, 0, 0, seccomp.denied(1)), (6, 0, 0, seccomp.ALLOW)]
kernel.no_new_privileges()
seccomp.load(b"".join(struct.pack("<HBBI", *line) for line in code))
from graders.cli import main
main()
"""


def test_a_batch_without_walls_is_refused(tmp_path: Path) -> None:
    if probe().level == "portable":
        pytest.skip("there are no walls here to take away")
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "ex02_closures.py").write_text("raise SystemExit\n")
    command = [
        sys.executable,
        "-c",
        _WITHOUT_LANDLOCK,
        "grade",
        str(tmp_path / "class"),
        "--out",
        str(tmp_path / "out"),
    ]
    environment = dict(os.environ, PYTHONPATH=str(HOUSE))
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=HOUSE)
    assert done.returncode == 2
    assert "no kernel walls" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "reports").exists()
