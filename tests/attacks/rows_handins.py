"""Rows 51 to 62: what is handed in, and how it is shown. Nothing here depends on the isolation mode."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tarfile
import time
import zipfile
from pathlib import Path

from arena import HOME, HONEST, Arena, expect
from attack import attack
from rich.console import Console

from graders.grading.outputs import write_tables
from graders.render.html import class_page
from graders.render.terminal import show_report
from graders.report import Report
from graders.submission import Submission, find_submissions, read_submission
from graders.text import csv_cell, plain

_EXERCISES = ["ex02_closures", "ex03_backward"]
_FILE = f"{HOME}.py"


def _zip(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def _folder(arena: Arena, name: str) -> Path:
    folder = arena.folder / name
    folder.mkdir(parents=True)
    return folder


def _report(arena: Arena, student_id: str = "alice", source: bytes = HONEST) -> Report:
    report = arena.grade(source)
    return report.model_copy(update={"student_id": student_id})


@attack(51, "symlink, FIFO, device in the upload", quick=True)
def special_files(arena: Arena) -> str:
    secret = arena.secret("key.py", "KEY = 'canary'\n")
    for make in (lambda path: path.symlink_to(secret), os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        folder = _folder(arena, f"special{make.__hash__()}")
        make(folder / _FILE)
        begun = time.monotonic()
        submission = read_submission(folder, _EXERCISES)
        expect(time.monotonic() - begun < 2, "reading hung")
        expect(not submission.files and submission.problem is not None, f"read: {dict(submission.files)}")
    return "regular files only"


@attack(52, "zip-slip: parent, absolute and backslash names", quick=True)
def zip_slip(arena: Arena) -> str:
    folder = _folder(arena, "slip")
    names = (f"../{_FILE}", f"/tmp/{_FILE}", f"..\\{_FILE}", f"C:\\{_FILE}", f"x/../../{_FILE}")
    for number, name in enumerate(names):
        submission = read_submission(_zip(folder / f"{number}.zip", (name, b"x = 1\n")), _EXERCISES)
        expect(not submission.files, f"{name} was read")
    expect(sorted(os.listdir(folder)) == [f"{number}.zip" for number in range(len(names))], "something was written")
    return "nothing is extracted"


@attack(53, "zip bomb, lying size, duplicate names")
def zip_bomb(arena: Arena) -> str:
    folder = _folder(arena, "bomb")
    before = _peak()
    bomb = read_submission(_zip(folder / "bomb.zip", (_FILE, b" " * (200 << 20))), _EXERCISES)
    lying = bytearray(_zip(folder / "lie.zip", (_FILE, b"#" * 100_000)).read_bytes())
    for start in (found.start() for found in re.finditer(b"PK\x01\x02", bytes(lying))):
        lying[start + 24 : start + 28] = (10).to_bytes(4, "little")
    (folder / "lie.zip").write_bytes(lying)
    for submission in (bomb, read_submission(folder / "lie.zip", _EXERCISES)):
        expect(not submission.files and submission.problem is not None, "it was read")
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.writestr(_FILE, b"x = 1\n")
        archive.NameToInfo.clear()
        archive.writestr(_FILE, b"x = 2\n")
    twice = read_submission(folder / "two.zip", _EXERCISES)
    expect(not twice.files or bool(twice.notes), "two files of one name, and not a word")
    expect(_peak() - before < 250 << 20, "the reader has grown")  # this test itself made 200 MB of blanks
    return "caps while reading"


@attack(54, "tar with links, devices and parent names")
def tar_links(arena: Arena) -> str:
    folder = _folder(arena, "tar")
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.REGTYPE)
    for number, kind in enumerate(kinds):
        with tarfile.open(folder / f"{number}.tar", "w") as archive:
            member = tarfile.TarInfo(_FILE if kind != tarfile.REGTYPE else f"../{_FILE}")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member, io.BytesIO())
        submission = read_submission(folder / f"{number}.tar", _EXERCISES)
        expect(not submission.files and submission.problem is not None, f"kind {kind!r} was read")
    return "regular members only"


@attack(55, "traversal in student id or file name", quick=True)
def traversal(arena: Arena) -> str:
    for student in ("../../x", "/etc/passwd", "..", "a/b", "a\\b", "con", "x" * 500, "\x00", ""):
        name = Submission(student, {}, "").safe_name
        expect(
            re.fullmatch(r"[a-z0-9_.-]{1,64}", name) is not None and ".." not in name, f"{student!r} became {name!r}"
        )
    return "file names of our own"


@attack(56, "bidi, look-alike and case-colliding names")
def confusing_names(arena: Arena) -> str:
    shown = plain("alice\u202eyp.exe\u200b")
    expect("\u202e" not in shown and "\\u202e" in shown and "\u200b" not in shown, f"shown as {shown!r}")
    folder = _folder(arena, "case")
    one = _zip(folder / "x.zip", (_FILE, b"x = 1\n"), (_FILE.upper(), b"x = 2\n"))
    submission = read_submission(one, _EXERCISES)
    expect(not submission.files or bool(submission.notes), "two names that collide, and not a word")
    names = {Submission(student, {}, "").safe_name for student in ("Alice", "alice", "ALICE", "\u0430lice")}
    expect(len({name.lower() for name in names}) == 4, f"ids share a file: {names}")
    return "escaped; collisions told apart"


@attack(57, "swap the file while it is graded")
def swap(arena: Arena) -> str:
    path = _folder(arena, "swap") / _FILE
    path.write_bytes(HONEST)
    submission = read_submission(path.parent, _EXERCISES)
    path.write_bytes(b"raise SystemExit\n")
    report = arena.grade(submission.files[_FILE])
    expect(report.score == report.max_score, "the swapped file was graded")
    again = read_submission(path.parent, _EXERCISES)
    expect(again.sha256 != submission.sha256, "the digest does not tell the files apart")
    return "read once, hashed"


@attack(58, "notebook outputs, magics, scripts")
def notebook(arena: Arena) -> str:
    marker = arena.folder / "marker"
    source = f"from __future__ import annotations\n!touch {marker}\n%run {marker}\n{HONEST.decode()}"
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [
            {"output_type": "display_data", "data": {"text/html": "<script>alert(1)</script>"}, "metadata": {}}],
         "execution_count": 1},
        {"cell_type": "code", "source": f"%%bash\ntouch {marker}", "metadata": {}, "outputs": [], "execution_count": 2},
    ]  # fmt: skip
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = _folder(arena, "book") / f"{HOME}.ipynb"
    path.write_text(json.dumps(book))
    submission = read_submission(path, _EXERCISES)
    expect(b"<script>" not in submission.files[_FILE], "an output was taken for code")
    report = arena.grade(submission.files[_FILE], future=b"")
    expect(not marker.exists(), "a magic was run")
    expect(report.score == report.max_score, "the honest part does not grade")
    return "code cells as text"


@attack(59, "terminal escapes", quick=True)
def terminal_escapes(arena: Arena) -> str:
    text = _shown(arena, b"raise ValueError('\\x1b]0;owned\\x07\\x1b[2J\\x9b31m')\n")
    expect("\x1b" not in text and "\x9b" not in text and "\x07" not in text, "an escape reached the terminal")
    expect("x1b" in text, "the text is missing altogether")
    return "controls shown as text"


@attack(60, "HTML and scripts in the report", quick=True)
def html(arena: Arena) -> str:
    evil = "<script>alert(1)</script>"
    report = _report(arena, f"{evil}", b"raise ValueError('" + evil.encode() + b"<img src=x onerror=y>')\n")
    page = class_page(arena.course, [report])
    expect(evil not in page and "<img" not in page and "&lt;script&gt;" in page, "markup reached the page")
    return "escaped"


@attack(61, "CSV formulas", quick=True)
def csv_formula(arena: Arena) -> str:
    for text in ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "\uff1d1"):
        expect(csv_cell(text).startswith("'"), f"{text!r} stays a formula")
    out = _folder(arena, "tables")
    assert not list(write_tables(out, arena.course, [_report(arena, "=cmd()")]))
    for name in ("grades.csv", "scores.csv"):
        rows = list(csv.reader((out / name).read_text().splitlines()))
        expect(rows[1][0] == "'=cmd()", f"{name} holds {rows[1][0]!r}")
    return "quoted"


@attack(62, "newlines and lone surrogates in what is logged")
def surrogates(arena: Arena) -> str:
    report = _report(arena, "alice", b"raise ValueError('\\ud800\\n\\u2028next line: passed')\n")
    written = report.model_dump_json().encode()
    expect("passed" in json.loads(written)["exercises"][0]["concepts"][0]["checks"][0]["message"], "no message")
    folder = _folder(arena, "odd")
    (folder / os.fsdecode(b"al\xffice")).mkdir()
    (folder / os.fsdecode(b"al\xffice") / _FILE).write_bytes(HONEST)
    found = find_submissions(folder, _EXERCISES)
    expect(len(found) == 1, f"{len(found)} submissions found")
    found[0].student_id.encode()
    return "decoded with replacement"


def _shown(arena: Arena, source: bytes) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    show_report(console, _report(arena, "al\x1b[2Jice", source))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
