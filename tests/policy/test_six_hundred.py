"""A class of 600 over the whole course: ten concepts and one extension change in seconds, without a worker."""

import os
import re
import shutil
import time

import pytest

from graders.cli import main
from graders.course.course import load_course
from graders.sandbox.pool import SandboxPool
from tests.policy.generated import write_class


@pytest.mark.proof
def test_another_policy_takes_seconds(root, tmp_path, monkeypatch, capsys):
    shutil.copy(root / "course.yml", tmp_path)
    write_class(tmp_path / "graded", load_course(tmp_path), 600)
    text, count = re.subn(r"(        points: )2\n", r"\g<1>3\n", (tmp_path / "course.yml").read_text(), count=10)
    (tmp_path / "course.yml").write_text(text)
    (tmp_path / "extensions.csv").write_text("student_id,days,reason\nŽofie 0003,30,ill\n")
    monkeypatch.setattr(SandboxPool, "__init__", lambda *given: pytest.fail("a worker is not needed"))
    monkeypatch.setattr("subprocess.Popen", lambda *given, **more: pytest.fail("a process is not needed"))
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)  # this test itself keeps half of two cores busy
    begun = time.perf_counter()
    with pytest.raises(SystemExit) as end:
        main(["regrade", str(tmp_path / "graded"), "--course", str(tmp_path)])
    taken = time.perf_counter() - begun
    said = capsys.readouterr().out
    assert end.value.code == 0 and count == 10
    assert "The points of 600 of 600 students change: course 600, policy 1." in said and "Žofie 0003: scalars" in said
    assert taken < 5 * max(1.0, 2 * busy), f"{taken:.1f} s; on two free cores it takes less than five"
