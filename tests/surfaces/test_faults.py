"""Faults of ours and of the machine: one student stays ungraded, the others are finished, the next run tries again."""

import csv
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.cli import main
from graders.errors import EnvironmentTrouble
from graders.grading import batch as batches
from graders.grading import kept as keeping
from graders.grading import outputs
from graders.grading.batch import Batch, collect
from graders.grading.executors.local import Local
from graders.grading.grade import Grader
from graders.report import Counterexample, Report
from graders.sandbox.pool import SandboxPool

ONLY = ["ex02_closures.add"]


@pytest.fixture
def folder(tmp_path, solutions):
    home = tmp_path / "class"
    for name in ("amy", "ben", "cleo"):
        (home / name).mkdir(parents=True)
        (home / name / "ex02_closures.py").write_bytes(solutions["ex02_closures.py"] + f"# {name}\n".encode())
    return home


def run(course, store, folder, out, **options):
    return Batch(course, out, store, ONLY, **options).run(collect(folder, course))


def files(out):
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def failing(monkeypatch, error, times, whose="ben"):
    """Have the grader raise for one student, so many times; return the list of those who were graded."""
    asked, real = [], Grader.grade

    def grade(self, submission, only=None):
        asked.append(submission.student_id)
        if submission.student_id == whose and asked.count(whose) <= times:
            raise error
        return real(self, submission, only)

    monkeypatch.setattr(Grader, "grade", grade)
    return asked


ERRORS = [
    KeyError("x\x1b[31m"),
    MemoryError(),
    RecursionError("too deep"),
    OSError(errno.ENOSPC, "No space left on device"),
]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_exception_of_ours_leaves_that_student_ungraded(course, store, folder, tmp_path, monkeypatch, error, jobs):
    run(course, store, folder, tmp_path / "whole")
    out = tmp_path / "out"
    asked = failing(monkeypatch, error, 2)
    result = run(course, store, folder, out, executor=Local(jobs))
    assert sorted(asked) == ["amy", "ben", "ben", "cleo"]
    assert result.ungraded == ["ben"] and [report.student_id for report in result.reports] == ["amy", "cleo"]
    assert (result.graded, result.whole) == (2, False)
    (line,) = result.attention
    assert line.ours and line.who == "ben" and "\x1b" not in line.why and str(out / "faults" / "ben.txt") in line.what
    assert type(error).__name__ in (out / "faults" / "ben.txt").read_text()
    assert sorted(path.name for path in (out / "reports").iterdir()) == ["amy.json", "cleo.json"]
    rows = list(csv.reader(io.StringIO((out / "grades.csv").read_text())))
    assert rows[2] == ["ben", "", "", "", "ungraded", ""] and [row[0] for row in rows[1:]] == ["amy", "ben", "cleo"]
    assert "ben" not in (out / "scores.csv").read_text()
    assert "Not graded, through no fault of theirs: ben" in (out / "index.html").read_text()
    again = run(course, store, folder, out)
    assert (again.graded, again.reused, again.whole) == (1, 2, True)
    assert files(out) == files(tmp_path / "whole")


def test_what_fails_once_is_graded_with_new_workers(course, store, folder, tmp_path, monkeypatch):
    run(course, store, folder, tmp_path / "whole")
    opened, init = [], SandboxPool.__init__
    monkeypatch.setattr(SandboxPool, "__init__", lambda self, *given: opened.append(self) or init(self, *given))
    failing(monkeypatch, OSError(errno.EIO, "Input/output error"), 1)
    assert run(course, store, folder, tmp_path / "out", executor=Local(1)).whole
    assert len(opened) == 2 and files(tmp_path / "out") == files(tmp_path / "whole")


def test_an_old_report_of_a_student_who_is_ungraded_now_is_no_score(course, store, folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(course, store, folder, out)
    failing(monkeypatch, ValueError("ours"), 99)
    for options in ({"fresh": True}, {}):
        assert run(course, store, folder, out, **options).ungraded == ["ben"]
        assert not (out / "reports" / "ben.json").exists()
    source = folder / "ben" / "ex02_closures.py"
    source.write_bytes(source.read_bytes() + b"# new\n")
    assert run(course, store, folder, out).ungraded == ["ben"]


def test_sandboxes_that_make_no_workers_cost_nobody_a_point(course, store, folder, tmp_path, monkeypatch):
    store.prepare(["ex02_closures"])

    def full(*arguments, **more):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as broken:
        broken.setattr("graders.grading.executors.process.probe", lambda: type("Probed", (), {"level": "base"}))
        broken.setattr("subprocess.Popen", full)
        result = run(course, store, folder, tmp_path / "out", executor=Local(2))
    assert result.ungraded == ["amy", "ben", "cleo"] and not result.reports
    assert {line.why.partition(":")[0] for line in result.attention} == {"An unexpected BlockingIOError"}
    assert run(course, store, folder, tmp_path / "out").graded == 3


class Disk:
    """A disk that takes no files of some names."""

    def __init__(self, monkeypatch, full):
        self.full, self.asked, self._real = full, [], batches.write_whole
        for module in (batches, keeping, outputs):
            monkeypatch.setattr(module, "write_whole", self.write)

    def write(self, path, data):
        self.asked.append(path.name)
        if self.full(path.name, self.asked.count(path.name)):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        self._real(path, data)


def test_a_report_that_finds_no_room_is_written_again_once(course, store, folder, tmp_path, monkeypatch):
    run(course, store, folder, tmp_path / "whole")
    Disk(monkeypatch, lambda name, times: name in ("ben.json", "grades.csv") and times == 1)
    assert run(course, store, folder, tmp_path / "out").whole
    assert files(tmp_path / "out") == files(tmp_path / "whole")


@pytest.mark.parametrize("name", ["ben.json", "grades.csv", "index.html"])
def test_a_file_that_finds_no_room_is_named_and_written_by_the_next_run(
    course, store, folder, tmp_path, monkeypatch, name
):
    run(course, store, folder, tmp_path / "whole")
    out = tmp_path / "out"
    with monkeypatch.context() as full:
        Disk(full, lambda asked, times: asked == name)
        result = run(course, store, folder, out)
    (line,) = result.attention
    assert line.ours and line.who == name.removesuffix(".json") and line.why == "The disk is full."
    missing = {name, name.replace("ben.json", "ben.html")}
    expected = {file for file in files(tmp_path / "whole") if Path(file).name not in missing}
    assert {file for file in files(out) if not file.startswith("faults")} == expected
    assert run(course, store, folder, out).whole
    assert files(out) == files(tmp_path / "whole")


def test_a_disk_that_is_full_from_the_start_is_a_sentence(course, store, folder, tmp_path, monkeypatch):
    Disk(monkeypatch, lambda name, times: True)
    with pytest.raises(EnvironmentTrouble, match="cannot be written: the disk is full. Make room on it"):
        run(course, store, folder, tmp_path / "out")


def test_a_report_that_is_no_json_is_a_fault_of_ours(course, store, folder, tmp_path, monkeypatch):
    deep = []
    for _ in range(500):
        deep = [deep]
    real = Grader.grade

    def grade(self, submission, only=None):
        report = real(self, submission, only)
        if submission.student_id == "ben":
            check = report.exercises[0].concepts[0].checks[0]
            check.counterexample = Counterexample(snippet="", actual={"deep": deep})
        return report

    monkeypatch.setattr(Grader, "grade", grade)
    result = run(course, store, folder, tmp_path / "out")
    assert result.ungraded == ["ben"] and len(result.reports) == 2


def test_what_was_left_by_a_run_that_was_killed_is_swept(course, store, folder, tmp_path):
    out = tmp_path / "out"
    run(course, store, folder, out)
    before = files(out)
    for place in (out, out / "reports"):
        (place / ".part-x1").write_bytes(b'{"format"')
    (out / "faults").mkdir()
    (out / "faults" / "ben.txt").write_text("old")
    run(course, store, folder, out)
    assert files(out) == before and not (out / "faults").exists()


BROKEN = [
    b"",
    b'{"format": "leafgrad/rep',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"format": "leafgrad/report/v2"}',
    b"null",
    b'{"score": NaN}',
]


@pytest.mark.parametrize("data", BROKEN, ids=range(len(BROKEN)))
def test_a_file_of_an_earlier_run_that_cannot_be_read_is_made_again(course, store, folder, tmp_path, data):
    out = tmp_path / "out"
    run(course, store, folder, out)
    before = files(out)
    (out / "reports" / "ben.json").write_bytes(data)
    assert run(course, store, folder, out).graded == 1
    (out / batches.STATE).write_bytes(data)
    assert run(course, store, folder, out).graded == 0
    assert files(out) == before


def test_a_report_of_another_format_with_its_own_fields_is_graded_again(course, store, folder, tmp_path):
    out = tmp_path / "out"
    run(course, store, folder, out)
    path = out / "reports" / "ben.json"
    path.write_text(path.read_text().replace("leafgrad/report/v1", "leafgrad/report/v9"))
    assert run(course, store, folder, out).graded == 1


def test_a_new_course_that_is_killed_early_believes_no_old_report(course, store, folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    other = course.model_copy(update={"defaults": course.defaults.model_copy(update={"rtol": 1e-8}), "path": out})
    run(course, store, folder, out)
    with monkeypatch.context() as killed:
        killed.setattr(Local, "grade", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(other, store, folder, out)
    assert run(other, store, folder, out).graded == 3


def test_the_command_ends_with_two_and_names_the_file(course, folder, tmp_path, monkeypatch, capsys, root):
    failing(monkeypatch, ZeroDivisionError("by \x1b]0;zero"), 2)
    monkeypatch.setenv("LEAFGRAD_KEY", "")
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as end:
        main(["grade", str(folder), "--out", str(out), "--only", ONLY[0], "--course", str(root), "--jobs", "1"])
    said = capsys.readouterr().out
    assert end.value.code == 2 and "2 graded, 1 could not be graded." in said and "\x1b]" not in said
    assert f"ben: An unexpected ZeroDivisionError: by \\x1b]0;zero. The traceback is in {out}/faults/ben.txt." in said
    with pytest.raises(SystemExit) as end:
        main(["grade", str(folder), "--out", str(out), "--only", ONLY[0], "--course", str(root), "--jobs", "1"])
    assert end.value.code == 0 and "your attention:" not in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_check_ends_with_one_sentence_and_shows_the_traceback_when_asked(monkeypatch, capsys, root, options):
    monkeypatch.setattr(Grader, "grade", lambda *given: (_ for _ in ()).throw(KeyError("odd\n\x1b[31m")))
    command = ["check", "ex02", "--course", str(root), "--dir", str(root / "solutions"), *options]
    with pytest.raises(SystemExit) as end:
        main(command)
    found = capsys.readouterr()
    assert end.value.code == 2 and not found.out
    assert found.err.count("\n") == 1 and "KeyError" in found.err and "--debug" in found.err and "\x1b" not in found.err
    with pytest.raises(KeyError):
        main([*command, "--debug"])


def test_hand_ins_that_need_attention_are_named_and_the_end_is_good(course, folder, tmp_path, capsys, root, solutions):
    right = solutions["ex02_closures.py"]
    sources = {
        "syntax": b"def broken(:\n",
        "gone": b"raise ValueError('\\x1b]0;title')\n",
        "exits": right + b"\nimport os\nValue.__add__ = lambda *a: os._exit(3)\n",
        "writes": right
        + b"\nimport sys\nValue.__add__ = lambda *a: _end()\ndef _end():\n    import os\n    os.abort()\n",
        "wrong": right.replace(b"self.data + other.data", b"self.data - other.data"),
        "idle": (root / "exercises" / "ex02_closures.py").read_bytes(),
    }
    for name, source in sources.items():
        (folder / name).mkdir()
        (folder / name / "ex02_closures.py").write_bytes(source)
    (folder / "empty").mkdir()
    (folder / "<script>").mkdir()
    (folder / "<script>" / "notes.txt").write_text("x")
    with pytest.raises(SystemExit) as end:
        main(["grade", str(folder), "--out", str(tmp_path / "o"), "--only", ONLY[0], "--course", str(root)])
    said = capsys.readouterr().out
    assert end.value.code == 0 and "\x1b]" not in said
    said = said.partition("\n7 hand-ins need your attention:\n")[2]
    lines = dict(line.strip().split(": ", 1) for line in said.splitlines())
    assert set(lines) == {"syntax", "gone", "exits", "writes", "empty", "idle", "<script>"}
    assert "ex02_closures.py cannot be loaded: SyntaxError" in lines["syntax"]
    assert "exit code 3" in lines["exits"] and "crashed" in lines["writes"]
    assert lines["empty"].endswith("Ask for the files again.")


def test_unsaid_ways_down_are_never_taken(course, store, folder, tmp_path, monkeypatch):
    """A sandbox that fails while a batch runs is a fault; it is not replaced by one with fewer walls."""
    from graders.sandbox.probe import probe

    if probe().level == "portable":
        pytest.skip("this machine has no walls")
    store.prepare(["ex02_closures"])

    def failing_walls(*arguments):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr("graders.sandbox.opening._walled", failing_walls)
    result = run(course, store, folder, tmp_path / "out")
    assert result.ungraded == ["amy", "ben", "cleo"] and not result.reports


@pytest.mark.skipif(os.name != "posix", reason="needs RLIMIT_FSIZE")
def test_a_real_limit_on_files_leaves_no_half_written_one(folder, tmp_path, root, store):
    """RLIMIT_FSIZE stands in for a full disk: writes fail in the middle of a file."""
    store.prepare(["ex02_closures"])
    out = tmp_path / "out"
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700)); from graders.cli import main; main()"
    )
    command = ["grade", str(folder), "--out", str(out), "--only", ONLY[0], "--course", str(root)]
    environment = os.environ | {"LEAFGRAD_KEY": "", "COLUMNS": "300", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, env=environment)
    assert done.returncode == 2 and "Traceback" not in done.stdout + done.stderr, done.stderr
    assert "3 could not be graded" in done.stdout and "amy: " in done.stdout
    assert not list(out.rglob(".part-*")) and not list(out.glob("reports/*"))
    done = subprocess.run([sys.executable, "-m", "graders.cli", *command], capture_output=True, env=environment)
    assert done.returncode == 0
    for path in out.glob("reports/*.json"):
        Report.model_validate_json(path.read_bytes())
