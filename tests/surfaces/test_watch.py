"""`leafgrad check --watch` looks again after a save, and ends with Ctrl-C."""

import io
import os
import select
import signal
import subprocess
import sys
import time

import pytest
from rich.console import Console

from graders.cli.desk import open_desk
from graders.cli.watching import _show


def read_until(stream, words: str, seconds: float) -> str:
    """Return what the stream gives until `words` stand in it."""
    seen, end = "", time.monotonic() + seconds
    while words not in seen and time.monotonic() < end:
        if select.select([stream], [], [], 0.2)[0]:
            seen += os.read(stream.fileno(), 1 << 16).decode()
    return seen


@pytest.mark.skipif(os.name == "nt", reason="reads a pipe with select")
def test_a_save_is_checked_at_once(root, store, solutions, tmp_path):
    store.prepare(["ex02_closures"])
    right = solutions["ex02_closures.py"]
    file = tmp_path / "ex02_closures.py"
    file.write_bytes(right.replace(b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad"))
    command = [sys.executable, "-m", "graders.cli", "check", "ex02.mul", "--watch", "--dir", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--course", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a run in the background ignores Ctrl-C
    ) as process:
        try:
            first = read_until(process.stdout, "Watching", 60)
            assert "0/1 concepts" in first
            file.write_bytes(right)
            assert "1/1 concepts" in read_until(process.stdout, "Watching", 60)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
            said = process.stdout.read().decode()
            assert "No longer watching." in said and "Interrupt" not in said + process.stderr.read().decode()
        finally:
            process.kill()


@pytest.mark.parametrize("terminal", [True, False])
def test_on_a_terminal_verdicts_are_shown_as_they_come(root, store, solutions, tmp_path, terminal):
    store.prepare(["ex02_closures"])
    (tmp_path / "ex02_closures.py").write_bytes(solutions["ex02_closures.py"])
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, color_system=None, width=80)
    with open_desk(root, tmp_path, ["ex02.add", "ex02.mul"]) as desk:
        _show(desk, None, console)
        assert desk.grader.progress is None
    assert stream.getvalue().count("✓ a * b") == (2 if terminal else 1)
