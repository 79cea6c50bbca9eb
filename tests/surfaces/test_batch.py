"""A class at once: tables, resuming, and files that are whole or not there."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from graders.files import write_whole
from graders.grading.batch import Batch, collect
from graders.grading.executors.local import Local
from graders.grading.tables import grades_csv, scores_csv
from graders.report import Report

ONLY = ["ex02_closures.add", "ex02_closures.mul"]


@pytest.fixture
def folder(tmp_path, solutions):
    home = tmp_path / "class"
    right = solutions["ex02_closures.py"]
    for name, source in {
        "zoe": right,
        "=cmd|calc": right,
        "amy": right.replace(b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad"),
        "ben": b"def broken(:\n",
    }.items():
        (home / name).mkdir(parents=True)
        (home / name / "ex02_closures.py").write_bytes(source)
    (home / "cleo").mkdir()
    return home


def run(course, store, folder, out, **options):
    return Batch(course, out, store, ONLY, **options).run(collect(folder, course))


def test_everyone_gets_a_report_sorted_with_the_same_maximum(course, store, folder, tmp_path):
    result = run(course, store, folder, tmp_path / "out")
    ids = [report.student_id for report in result.reports]
    assert ids == sorted(ids) and len(ids) == 5
    assert {report.max_score for report in result.reports} == {3.0}
    assert len(list((tmp_path / "out" / "reports").glob("*.json"))) == 5


def test_tables_hold_what_the_reports_hold(course, store, folder, tmp_path):
    reports = run(course, store, folder, tmp_path / "out").reports
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "grades.csv").read_text())))
    assert list(rows[0])[:5] == ["student_id", "score", "max_score", "percent", "status"]
    for row, report in zip(rows, reports, strict=True):
        assert float(row["score"]) == report.score
        assert float(row["ex02_closures.mul"]) + float(row["ex02_closures.add"]) == pytest.approx(report.score)
    long = list(csv.DictReader(io.StringIO((tmp_path / "out" / "scores.csv").read_text())))
    assert len(long) == 10
    named = {row["misconception"] for row in long if row["student_id"] == "amy"}
    assert any(name.startswith("overwrites") for name in named)


def test_a_formula_as_student_id_is_defused_in_csv_and_never_a_path(course, store, folder, tmp_path):
    reports = run(course, store, folder, tmp_path / "out").reports
    assert "'=cmd" in grades_csv(reports) and "'=cmd" in scores_csv(reports)
    assert all(
        path.parent == tmp_path / "out" / "reports"
        for path in (tmp_path / "out").rglob("*.json")
        if path.name[0] != "."
    )


def test_a_second_run_grades_only_what_changed(course, store, folder, tmp_path):
    out = tmp_path / "out"
    assert run(course, store, folder, out).graded == 5
    before = {path.name: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    again = run(course, store, folder, out)
    assert (again.graded, again.reused) == (0, 5)
    assert {path.name: path.read_bytes() for path in out.rglob("*.*") if path.is_file()} == before
    (folder / "zoe" / "ex02_closures.py").write_bytes(b"# empty now\n")
    assert run(course, store, folder, out).graded == 1
    assert run(course, store, folder, out, fresh=True).graded == 5


@pytest.mark.parametrize("ends", ["raise ValueError('said by {name}')", "raise SystemExit('said by {name}')"])
def test_students_with_the_same_wrong_answers_read_their_own_words_and_lines(course, store, tmp_path, solutions, ends):
    line = b"        self.grad += other.data * out.grad\n"
    places = {}
    for name in ("amy", "ben"):
        wrong = f"# {name}\n".encode() * len(places) + solutions["ex02_closures.py"].replace(
            b"    " + line, b"            " + ends.format(name=name).encode() + b"\n"
        )
        assert name.encode() in wrong
        places[name] = wrong.split(b"said by")[0].count(b"\n") + 1
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "ex02_closures.py").write_bytes(wrong)
    for report in run(course, store, tmp_path / "class", tmp_path / "out").reports:
        mul = next(concept for _, concept in report.concepts() if concept.id == "mul")
        said = next(check.message for check in mul.checks if check.status != "passed")
        assert f"said by {report.student_id}" in said and f"line {places[report.student_id]}" in said


def test_a_damaged_report_is_graded_again(course, store, folder, tmp_path):
    out = tmp_path / "out"
    run(course, store, folder, out)
    (out / "reports" / "zoe.json").write_text('{"format": "leafgrad/rep')
    assert run(course, store, folder, out).graded == 1


def test_two_workers_give_the_same_bytes_as_one(course, store, folder, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    run(course, store, folder, one, executor=Local(1))
    run(course, store, folder, two, executor=Local(2))
    for path in sorted(one.rglob("*.csv")) + sorted(one.rglob("reports/*.json")):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "grades.csv"
    write_whole(path, b"old")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_batch_killed_at_any_instant_resumes_and_gives_equal_files(course, store, folder, tmp_path, root):
    store.prepare(["ex02_closures"])
    for number in range(12):
        (folder / f"student{number}").mkdir()
        source = (folder / "amy" / "ex02_closures.py").read_bytes() + f"\n# {number}\n".encode()
        (folder / f"student{number}" / "ex02_closures.py").write_bytes(source)
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    command = [
        sys.executable,
        "-m",
        "graders.cli",
        "grade",
        str(folder),
        "--only",
        ONLY[0],
        "--only",
        ONLY[1],
        "--course",
        str(root),
    ]
    environment = os.environ | {"LEAFGRAD_KEY": ""}
    for delay in (0.4, 0.7, 1.0, 1.3):
        process = subprocess.Popen([*command, "--out", str(broken)], stdout=-3, stderr=-3, env=environment)
        time.sleep(delay)
        process.kill()
        process.wait()
        for path in (broken / "reports").glob("*.json") if broken.exists() else ():
            Report.model_validate_json(path.read_bytes())
    for out in (broken, whole):
        subprocess.run([*command, "--out", str(out)], check=True, stdout=-3, stderr=-3, env=environment)
    names = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    assert names == sorted(
        path.relative_to(broken) for path in broken.rglob("*") if path.is_file() and ".part-" not in path.name
    )
    for name in names:
        assert (whole / name).read_bytes() == (broken / name).read_bytes(), name


def test_ctrl_c_while_a_module_is_made_from_text_ends_with_its_own_code(tmp_path, root):
    lines = (
        "import graders.cli as cli, graders.cli.app as app",
        "app.app = lambda **given: exec('raise KeyboardInterrupt')",
        "cli.main(['status'])",
    )
    (tmp_path / "interrupted.py").write_text("\n".join(lines))
    command, places = [sys.executable, "-m", "interrupted"], os.pathsep.join((str(tmp_path), str(root)))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": places})
    assert done.returncode == 130 and done.stderr.startswith("leafgrad: stopped.")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_ctrl_c_says_what_is_kept_and_leaves_no_process(store, folder, tmp_path, root):
    store.prepare(["ex02_closures"])
    source = (folder / "amy" / "ex02_closures.py").read_bytes()
    for number in range(40):
        (folder / f"amy{number}").mkdir()
        (folder / f"amy{number}" / "ex02_closures.py").write_bytes(source + f"\n# {number}\n".encode())
    out = tmp_path / "out"
    command = [sys.executable, "-m", "graders.cli", "grade", str(folder), "--course", str(root), "--out", str(out)]
    batch = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"LEAFGRAD_KEY": ""},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background ignores it
    )
    while not list(out.glob("reports/*.json")):
        assert batch.poll() is None
        time.sleep(0.02)
    below = psutil.Process(batch.pid).children(recursive=True)
    batch.send_signal(signal.SIGINT)
    _, said = batch.communicate(timeout=30)
    assert batch.returncode == 130 and b"run the same command again" in said and b"Traceback" not in said
    assert not psutil.wait_procs(below, timeout=10)[1]
    reports = list(out.glob("reports/*.json"))
    assert 1 <= len(reports) < 45 and not (out / "grades.csv").exists()
    for path in reports:
        Report.model_validate_json(path.read_bytes())


def test_the_class_page_escapes_what_students_control(course, store, tmp_path):
    home = tmp_path / "class" / "<script>alert(1)"
    home.mkdir(parents=True)
    (home / "ex02_closures.py").write_text("raise ValueError('<img src=x onerror=alert(2)>')\n")
    run(course, store, tmp_path / "class", tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("<script") == 1 and "<img" not in page and "&lt;img" in page
    assert "Content-Security-Policy" in page


def test_json_reports_hold_no_number_that_json_cannot(course, store, folder, tmp_path):
    run(course, store, folder, tmp_path / "out")
    for path in (tmp_path / "out" / "reports").glob("*.json"):
        json.loads(path.read_text(), parse_constant=pytest.fail)


def test_out_may_lie_in_the_submissions_folder(course, store, folder):
    first = run(course, store, folder, folder / "out")
    assert isinstance(first.reports[0], Report) and Path(folder / "out" / "grades.csv").is_file()
