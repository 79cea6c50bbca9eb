"""One download from each platform with the same surprises: nobody is lost, nobody is doubled, each surprise is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from handins import CODE, EXERCISES

from graders.grading.attention import of_roster, of_strangers
from graders.submission import find_submissions
from graders.submission.clues import Clues
from graders.submission.roster import Person, Roster

OLD, FILE = b"old = 1\n", "ex02_closures.py"
PEOPLE = {
    "s1": Person("s1", "Ann Lee", "ann@uni.example", ("annlee",)),
    "s2": Person("s2", "Zoe Xu", "zoe@uni.example", ("xuzoe",)),
    "s3": Person("s3", "Ann Lee", "ann2@uni.example", ("annlee2",)),
    "s4": Person("s4", "Nil Absent", "nil@uni.example", ("nil",)),
}


def work(who: str) -> bytes:
    return CODE + f"# {who}\n".encode()


def empty_zip() -> bytes:
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    return buffer.getvalue()


EMPTY = empty_zip()


def gradescope() -> dict[str, bytes]:
    people = (
        ("Ann Lee", "s1", "ann@uni.example"), ("Zoe Xu", "", "zoe@uni.example"),
        ("Ann Lee", "", "ann2@uni.example"), ("Mal Lory", "x9", "mal@other.example"),
    )  # fmt: skip
    earlier = "  :history:\n  - :id: 9\n    :created_at: 2026-11-19 10:11:12 Z\n"
    entry = "submission_{}:\n  :submitters:\n  - :name: {}\n    :sid: '{}'\n    :email: {}\n{}"
    table = "".join(entry.format(n, *one, earlier if n == 1 else "") for n, one in enumerate(people, 1))
    files = {f"submission_{n}/{FILE}": work(who) for n, who in ((1, "s1"), (3, "s3"), (4, "mal"))}
    return files | {"submission_2/work.zip": EMPTY, "submission_metadata.yml": table.encode()}


def blackboard() -> dict[str, bytes]:
    files = {}
    for user, full, day, data, name in (
        ("annlee", "Ann Lee", 19, OLD, FILE), ("annlee", "Ann Lee", 20, work("s1"), FILE),
        ("xuzoe", "Zoe Xu", 20, EMPTY, "work.zip"), ("annlee2", "Ann Lee", 20, work("s3"), FILE),
        ("mallory", "Mal Lory", 20, work("mal"), FILE),
    ):  # fmt: skip
        head = f"HW1_{user}_attempt_2026-11-{day}-20-00-00"
        files[f"{head}.txt"] = f"Name: {full} ({user})\r\nAssignment: HW1\r\n".encode()
        files[f"{head}_{name}"] = data
    return files


def d2l() -> dict[str, bytes]:
    return {
        f"1-7 - Ann Lee - Nov 19, 2026 1011 AM/{FILE}": OLD, f"1-7 - Ann Lee - Nov 20, 2026 1011 AM/{FILE}": work("s1"),
        "2-7 - Zoe Xu - Nov 20, 2026 111 PM/work.zip": EMPTY, f"3-7 - Ann Lee - Nov 20, 2026 111 PM/{FILE}": work("s3"),
        f"4-7 - Mal Lory - Nov 20, 2026 111 PM/{FILE}": work("mal"),
    }  # fmt: skip


def moodle() -> dict[str, bytes]:
    end = "_assignsubmission_file_"
    return {
        f"Ann Lee_1{end}/{FILE}": work("s1"), f"Ann Lee_1{end}/old/{FILE}": OLD, f"Zoe Xu_2{end}/work.zip": EMPTY,
        f"Ann Lee_3{end}/{FILE}": work("s3"), f"Mal Lory_4{end}{FILE}": work("mal"),
    }  # fmt: skip


def canvas() -> dict[str, bytes]:
    return {
        "leeann_1_501_ex02_closures-1.py": OLD, "leeann_1_502_ex02_closures-2.py": work("s1"),
        "xuzoe_2_503_work.zip": EMPTY, f"leeann_LATE_3_504_{FILE}": work("s3"), f"lorymal_4_505_{FILE}": work("mal"),
        f"studenttest_9_506_{FILE}": work("nobody"),
    }  # fmt: skip


DOWNLOADS = (gradescope, blackboard, d2l, moodle, canvas)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("download", DOWNLOADS)
def test_nobody_is_lost_or_doubled_and_each_surprise_is_told(tmp_path: Path, download, known: bool) -> None:
    for name, data in download().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    clues = Clues(roster=Roster(PEOPLE) if known else None)
    got = find_submissions(tmp_path, EXERCISES, None, clues)
    read = sorted(one.files[FILE] for one in got if one.files)
    assert read == sorted(map(work, ("s1", "s3", "mal"))), "the last attempt of each, and nobody's twice"
    (nothing,) = (one for one in got if not one.files)
    assert "work.zip is empty" in (nothing.problem or "")
    told, ids = " ".join(clues.told), [one.student_id for one in got]
    assert len(ids) == len(set(ids)) == 4
    if not known:
        assert "of one name" in told
        return
    strangers = list(of_strangers(PEOPLE, ids, "students.csv"))
    absent = {one.who: one.why for one in of_roster(PEOPLE, ids, strangers)}
    assert nothing.student_id == "s2" and "s2" not in absent and "s4" in absent
    unsure = [one.who for one in strangers if f"{one.who} can be s1 or s3" in told]
    assert len(strangers) == len(unsure) + 1, "the stranger, and whose name two people have"
    assert len(unsure) == (0 if {"s1", "s3"} <= set(ids) else 2) and (not unsure) == ("s1" not in absent)
    assert all("known to be theirs" in why for why in absent.values())
