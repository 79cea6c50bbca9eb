"""No bytes whatever make a reader raise, hang or grow: it answers with files, or with a sentence."""

from __future__ import annotations

import json
import os
import random
import shutil
import tarfile
import tempfile
import tracemalloc
from pathlib import Path
from time import perf_counter

import pytest
from handins import CODE, EXERCISES, code_cell, notebook, tarred, zipped, zipped_link
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.submission import Submission, find_submissions, read_submission
from graders.submission.ipython import python_lines
from graders.submission.lms import recognise
from graders.submission.naming import exercise_of, student_and_exercise, suggestion
from graders.submission.tar import entries
from graders.submission.times import parse_time

QUICK = settings(
    max_examples=int(os.environ.get("LEAFGRAD_EXAMPLES", "60")), deadline=None, suppress_health_check=list(HealthCheck)
)
SECONDS = 5.0
"""Far more than any reading of a few kilobytes takes, so that only a real hang is one."""

SEEDS: dict[str, bytes] = {
    "a.zip": zipped({"w/ex02_closures.py": CODE, "w/ex03_backward.ipynb": notebook("x = 1", "%time 1"), "n.txt": b"n"}),
    "link.zip": zipped_link("ex02_closures.py", "/etc/passwd"),
    "a.tar": tarred([("ex02_closures.py", CODE), ("w" * 120 + ".py", CODE)], "w", format=tarfile.PAX_FORMAT),
    "gnu.tar": tarred([("ex02_closures.py", CODE), ("w" * 120 + ".py", CODE)], "w", format=tarfile.GNU_FORMAT),
    "a.tar.gz": tarred([("ex02_closures.py", CODE)]),
    "ex02_closures.ipynb": notebook(code_cell("x = 1", grade_id="ex02_closures", solution=True), "!ls\n'''\n%a"),
    "ex02_closures.py": b"# -*- coding: utf-8 -*-\n" + CODE,
}
SUFFIXES = [".py", ".ipynb", ".zip", ".tar", ".tar.gz", ".rar", ""]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["cells", "worksheets", "source", "input", "cell_type", "metadata", "nbgrader", "grade_id",
                         "leafgrad", "exercise", "grade", "locked"]) | st.text(max_size=5),
        inner | st.just("code") | st.sampled_from(EXERCISES), max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip
CELL = st.text(st.sampled_from("'\"\\%!?#()[]{}\n\r a=f") | st.characters(exclude_categories=()), max_size=80)


def judged(name: str, data: bytes) -> Submission:
    """Read `data` as a file of that name, and check what holds of every answer."""
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / name).write_bytes(data)
        start = perf_counter()
        got = read_submission(folder / name, EXERCISES)
        assert perf_counter() - start < SECONDS
        assert [path.name for path in folder.rglob("*")] == [name], "nothing may be written"
    finally:
        shutil.rmtree(folder)
    check(got)
    return got


def check(got: Submission) -> None:
    assert bool(got.problem) == (not got.files)
    assert set(got.files) <= {f"{exercise}.py" for exercise in EXERCISES}
    for sentence in (got.student_id, *got.notes, *([got.problem] if got.problem else [])):
        assert sentence.isprintable() and 0 < len(sentence) < 1000
    assert len(got.notes) <= 12


def mutate(data: bytes, random_: random.Random) -> bytes:
    """Return `data` with bytes flipped, cut out, repeated or moved."""
    mutant = bytearray(data)
    for _ in range(random_.randint(1, 8)):
        if not mutant:
            break
        at = random_.randrange(len(mutant))
        span = min(random_.choice([1, 1, 2, 4, 30]), len(mutant) - at)
        kind = random_.randrange(6)
        if kind < 3:
            mutant[at] = random_.choice([0, 0xFF, random_.randrange(256), mutant[at] ^ (1 << random_.randrange(8))])
        elif kind == 3:
            del mutant[at : at + span]
        elif kind == 4:
            mutant[at:at] = mutant[at : at + span] * random_.randint(1, 50)
        else:
            mutant[at : at + span] = random_.choice([b"\xff" * span, b"PK\x01\x02", b"PK\x05\x06", b"../", b"\\"])
    return bytes(mutant)


@given(st.sampled_from(["ex02_closures", "x"]), st.sampled_from(SUFFIXES), st.binary(max_size=300))
@QUICK
def test_any_bytes_under_any_suffix(stem: str, suffix: str, data: bytes) -> None:
    judged(stem + suffix, data)


@given(st.sampled_from(sorted(SEEDS)), st.randoms(use_true_random=False))
@QUICK
def test_damaged_files_of_every_kind(name: str, random_: random.Random) -> None:
    judged(name, mutate(SEEDS[name], random_))


@given(JSON)
@QUICK
def test_any_json_as_a_notebook(value: object) -> None:
    judged("ex02_closures.ipynb", json.dumps(value).encode())


@given(st.lists(CELL, max_size=4))
@QUICK
def test_any_text_in_the_cells(cells: list[str]) -> None:
    got = judged("ex02_closures.ipynb", notebook(*cells))
    assert got.files or "a NUL byte" in (got.problem or "")


@given(CELL)
@QUICK
def test_a_cell_keeps_its_lines(cell: str) -> None:
    kept, _ = python_lines(cell)
    assert len(kept) == len(cell.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


NAMES = st.text(st.characters(exclude_categories=(), exclude_characters="/\0"), min_size=1, max_size=40).filter(
    lambda name: name not in (".", "..") and not any("\ud800" <= char <= "\udfff" for char in name)
    and len(name.encode()) < 200
)  # fmt: skip


@given(st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.binary(max_size=20)), max_size=6))
@QUICK
def test_any_names_in_an_archive(members: list[tuple[list[str], bytes]]) -> None:
    packed = {"/".join(path): data for path, data in members}
    judged("a.zip", zipped(packed))
    judged("a.tar.gz", tarred(list(packed.items())))


@given(st.lists(st.tuples(NAMES, st.sampled_from(SUFFIXES), st.sampled_from(sorted(SEEDS))), max_size=6))
@QUICK
def test_any_class(students: list[tuple[str, str, str]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        for name, suffix, seed in students:
            if not (folder / (name + suffix)).exists():
                (folder / (name + suffix)).write_bytes(SEEDS[seed])
        for got in find_submissions(folder, EXERCISES):
            check(got)
    finally:
        shutil.rmtree(folder)


@given(st.text(max_size=250), st.binary(max_size=100), st.binary(max_size=1200))
@QUICK
def test_the_small_readers(name: str, stamp: bytes, tar: bytes) -> None:
    from graders.submission.model import Refused

    recognise(name)
    student_and_exercise(name, EXERCISES)
    assert exercise_of(name, EXERCISES) in (None, *EXERCISES)
    assert suggestion(name, EXERCISES)
    for action, error in ((lambda: parse_time(stamp), ValueError), (lambda: list(entries("a.tar", tar)), Refused)):
        try:
            action()
        except error:
            pass


@pytest.mark.parametrize(
    "text", ["(" * 240, "-1" * 120, " copy" * 50, "_" * 250, " " * 240 + "(1", "ex02_closures" * 19]
)
def test_no_name_takes_long_to_understand(text: str) -> None:
    start = perf_counter()
    exercise_of(text, EXERCISES)
    student_and_exercise(text, EXERCISES)
    recognise(text + "_attempt_")
    assert perf_counter() - start < 0.5


@pytest.mark.parametrize("cell", ["'" * 200_000, '"""' * 70_000, "(" * 200_000, "a, " * 70_000, "\\" * 200_000,
                                  "\n" * 200_000, "x" * 200_000 + "?", "'\\" * 100_000, "b" * 200_000])  # fmt: skip
def test_no_cell_takes_long_to_read(cell: str) -> None:
    start = perf_counter()
    python_lines(cell)
    assert perf_counter() - start < SECONDS


@pytest.mark.proof
def test_an_hours_worth_of_damage() -> None:
    """Mutants of every seed, alone and on top of each other, with memory watched; seconds from LEAFGRAD_FUZZ."""
    seconds = float(os.environ.get("LEAFGRAD_FUZZ", "120"))
    random_ = random.Random(2026)
    pool = list(SEEDS.items())
    tracemalloc.start()
    try:
        end, count = perf_counter() + seconds, 0
        while perf_counter() < end:
            name, data = random_.choice(pool)
            mutant = mutate(data, random_)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            judged(name, mutant)
            assert tracemalloc.get_traced_memory()[1] - before < 40 << 20
            if random_.random() < 0.02 and len(mutant) < 50_000:
                pool.append((name, mutant))
                del pool[len(SEEDS) : -200]
            count += 1
        assert count > seconds
    finally:
        tracemalloc.stop()
