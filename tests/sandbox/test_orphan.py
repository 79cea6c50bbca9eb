"""A process ends soon after the one that started it; the workflow for laptops runs this on Windows and macOS too."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

CHILD = """
import time
from graders.sandbox.orphan import end_with_parent
end_with_parent()
print("watching", flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_it_ends_with_its_parent_and_not_before() -> None:
    psutil = pytest.importorskip("psutil")
    command = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin and parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.7)  # longer than the watch looks away
        assert child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        parent.stdin.close()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive
