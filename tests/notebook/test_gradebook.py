"""Reports in nbgrader's gradebook: SQLite, and a PostgreSQL server that the test starts itself."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nbcourse import Desk, scores_of

from graders.banks.store import BankStore
from graders.course.course import Course, LatePolicy
from graders.course.granted import Extension, Granted
from graders.errors import EnvironmentTrouble, UsageError
from graders.grading.grade import Grader
from graders.grading.late import penalty
from graders.grading.policy import settle
from graders.judging.shrink import Budget
from graders.notebook import gradebook as gradebooks
from graders.notebook.comments import comment_on, escaped
from graders.notebook.gradebook import open_gradebook, record
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.submission import Submission, digest

DAY = 86_400
EX1, EX2 = "ex01_finite_differences", "ex02_closures"


def submission(course: Course, student: str, when: str, old: str = "", new: str = "", *only: str) -> Submission:
    """Return a hand-in of solutions, `old` replaced by `new` in each."""
    names = [f"{name}.py" for name in only or (EX1, EX2)]
    texts = {name: (course.folder / "solutions" / name).read_text() for name in names}
    files = {name: (text.replace(old, new) if old else text).encode() for name, text in texts.items()}
    return Submission(student, files, digest(files), when, times=dict.fromkeys(files, when))


@pytest.fixture(scope="module")
def hand_ins(small: Course) -> list[Submission]:
    wrong = ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad")
    return [
        submission(small, "right", "2027-02-07T12:00:00Z"),
        submission(small, "wrong", "2027-02-09T12:00:00Z", *wrong),
        submission(small, "half", "2027-02-07T12:00:00Z", "", "", EX1),
    ]


@pytest.fixture(scope="module")
def reports(small: Course, hand_ins: list[Submission]) -> list[Report]:
    with SandboxPool(small) as pool:
        grader = Grader(small, BankStore(small), pool, Budget(calls=0))
        return [grader.grade(hand_in) for hand_in in hand_ins]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL server on loopback, in a folder of its own, as a user without privileges."""
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    tools = Path(os.path.realpath(found)).parent
    home = Path(tempfile.mkdtemp(prefix="leafgrad-pg-"))
    options: dict[str, Any] = {"check": True, "capture_output": True, "cwd": home}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run([tools / "initdb", "-D", home / "data", "-U", "grader", "-A", "trust", "--no-sync"], **options)
    listen = f"-c listen_addresses=127.0.0.1 -p {port} -k {home} -c fsync=off"
    subprocess.run([tools / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", listen, "start"], **options)
    try:
        yield f"postgresql://grader@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([tools / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop"], **options)
        time.sleep(0.1)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to record."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.db")
    found: str = request.getfixturevalue("postgres")
    return found


def contents(url: str, course: Course) -> dict[str, Any]:
    """Return everything that was recorded."""
    with open_gradebook(url, course.course) as gradebook:
        return {
            f"{assignment.name}/{submitted.student.id}": {
                "score": round(submitted.score, 9),
                "penalty": round(submitted.late_submission_penalty, 9),
                "timestamp": str(submitted.timestamp),
                "comments": sorted(c.comment for n in submitted.notebooks for c in n.comments if c.comment),
                "manual": any(g.needs_manual_grade for n in submitted.notebooks for g in n.grades),
            }
            for assignment in gradebook.assignments
            for submitted in assignment.submissions
        }


def test_records_scores_comments_times_and_penalties(
    small: Course, hand_ins: list[Submission], reports: list[Report], url: str
) -> None:
    done = record(reports, small, url, submissions=hand_ins)
    assert (done.students, done.submissions, done.notes) == (3, 3, [])
    found = contents(url, small)
    assert {key: row["score"] for key, row in found.items()} == {
        f"scalars/{report.student_id}": round(report.score, 9) for report in reports
    }
    assert found["scalars/right"]["penalty"] == 0 and found["scalars/right"]["comments"] == []
    wrong = found["scalars/wrong"]
    assert wrong["penalty"] == pytest.approx(0.2 * wrong["score"]) and wrong["timestamp"] == "2027-02-09 12:00:00"
    assert any("a \\* b" in text or "a * b" in text for text in wrong["comments"])
    assert not any(row["manual"] for row in found.values())
    record(reports, small, url, submissions=hand_ins)
    assert contents(url, small) == found


def test_an_extension_takes_the_penalty_back_and_another_due_date_is_told(
    small: Course, hand_ins: list[Submission], reports: list[Report], tmp_path: Path
) -> None:
    granted = Granted({"wrong": (Extension("scalars", None, 1.0, "ill"),)})
    settled = [settle([report], small, granted) for report in reports]
    url = str(tmp_path / "gradebook.db")
    record(settled, small, url, submissions=hand_ins)
    found = contents(url, small)["scalars/wrong"]
    assert found["penalty"] == pytest.approx(0.1 * found["score"])
    (one,) = [one for report in settled for one in report.assignments if one.extension]
    assert one.penalty == pytest.approx(found["penalty"]) and one.score == pytest.approx(found["score"])
    later = small.assignments[0].model_copy(update={"due": datetime(2027, 3, 1)})
    moved = small.model_copy(update={"assignments": (later, *small.assignments[1:])})
    (note,) = record(settled, moved, url, submissions=hand_ins).notes
    assert note == "scalars is due 2027-02-07 23:59:00 (UTC) in the gradebook, 2027-03-01 00:00:00 in course.yml."


def test_nbgraders_own_step_knows_extensions(small: Course) -> None:
    from traitlets.config import Configurable

    from graders.notebook.late import CourseLatePolicy

    class Step(Configurable):  # type: ignore[misc]
        assignment_id = "scalars"

    path = small.folder / "extensions.csv"
    plugin = CourseLatePolicy(course=str(small.path), parent=Step())
    path.write_text("student_id,assignment,days\nada,scalars,1\n")
    try:
        lost = [plugin.late_submission_penalty(student, 10.0, 1.5 * DAY) for student in ("ada", "ben")]
        assert lost == [pytest.approx(1.0), pytest.approx(2.0)]
        assert plugin.late_submission_penalty("ada", 10.0, 0.5 * DAY) is None
    finally:
        path.unlink()


def test_manual_scores_and_comments_stay(
    small: Course, hand_ins: list[Submission], reports: list[Report], url: str
) -> None:
    record(reports, small, url, submissions=hand_ins)
    place = (EX2, "scalars", "wrong")
    with open_gradebook(url, small.course) as gradebook:
        grade = gradebook.find_grade(f"{EX2}-mul", *place)
        grade.manual_score, grade.extra_credit = 1.5, 0.5
        comment = next(
            c for n in gradebook.find_submission("scalars", "wrong").notebooks for c in n.comments if c.comment
        )
        comment.manual_comment = "See me."
        name, notebook = comment.name, comment.notebook.name
        gradebook.db.commit()
    better = [reports[0].model_copy(update={"student_id": "wrong"})]
    record(better, small, url)
    with open_gradebook(url, small.course) as gradebook:
        grade = gradebook.find_grade(f"{EX2}-mul", *place)
        assert (grade.manual_score, grade.extra_credit) == (1.5, 0.5)
        assert grade.auto_score == grade.max_score and grade.needs_manual_grade
        comment = gradebook.find_comment(name, notebook, "scalars", "wrong")
        assert comment.comment == "See me." and comment.auto_comment is None


def test_a_released_course_and_the_command_line_share_one_gradebook(
    small: Course, directory: Desk, hand_ins: list[Submission], reports: list[Report]
) -> None:
    directory.nbgrader("generate_assignment", "scalars")
    database = f"sqlite:///{directory.folder / 'gradebook.db'}"
    record(reports, small, database, submissions=hand_ins)
    scores = scores_of(directory.folder, "scalars", "right")
    assert sum(score or 0 for score in scores.values()) == reports[0].score
    directory.nbgrader("generate_assignment", "scalars", "--force")


def test_a_gradebook_made_by_recording_can_be_released(
    small: Course, directory: Desk, hand_ins: list[Submission], reports: list[Report]
) -> None:
    database = f"sqlite:///{directory.folder / 'gradebook.db'}"
    record(reports, small, database, submissions=hand_ins)
    directory.nbgrader("generate_assignment", "scalars")
    assert contents(database, small)["scalars/right"]["score"] == reports[0].score


def test_trouble_with_one_row_is_that_rows(
    small: Course, hand_ins: list[Submission], reports: list[Report], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = gradebooks._record_notebook, []
    others = {"right": "row right", "wrong": "row wrong", "half": "row half"}  # earlier tests have graded these by hand
    reports = [report.model_copy(update={"student_id": others[report.student_id]}) for report in reports]
    hand_ins = [replace(hand_in, student_id=others[hand_in.student_id]) for hand_in in hand_ins]

    def failing(notebook: Any, course: Course, result: Any, report: Report) -> None:
        real(notebook, course, result, report)
        asked.append(report.student_id)
        if report.student_id == "row right":
            notebook.grades[0].auto_score = "no number"  # the database refuses it, and then all until it is undone
            raise OverflowError("ours")

    monkeypatch.setattr(gradebooks, "_record_notebook", failing)
    done = record(reports, small, url, submissions=hand_ins)
    assert list(done.faults) == ["row right"] and (done.students, done.submissions) == (2, 2)
    assert "OverflowError" in done.faults["row right"].trace and asked.count("row right") == 2
    found = contents(url, small)
    assert found["scalars/row wrong"]["score"] == pytest.approx(reports[1].score)
    assert found.get("scalars/row right", {"score": 0})["score"] == 0
    monkeypatch.undo()
    assert not record(reports, small, url, submissions=hand_ins).faults
    assert contents(url, small)["scalars/row right"]["score"] == pytest.approx(reports[0].score)


ODD_TIMES = {
    "0001-01-01T00:00:00Z": "0001-01-01 00:00:00",
    "1-01-01T00:00:00Z": "None",
    "9999-12-31T23:59:59-23:00": "9999-12-31 23:59:59.999999",
    "0001-01-01T00:00:00+01:00": "0001-01-01 00:00:00",
    "1969-12-31T23:59:59Z": "1969-12-31 23:59:59",
    "2027-02-07T12:00:00": "2027-02-07 12:00:00",
    "2027-02-07 13:00:00+01:00": "2027-02-07 12:00:00",
    "yesterday \x1b[31m": "None",
}


def test_times_out_of_the_calendar_end_nothing(
    small: Course, hand_ins: list[Submission], reports: list[Report], tmp_path: Path
) -> None:
    """An earlier version wrote the year 1 as `1-01-01`: what cannot be read is no time."""
    made = [reports[0].model_copy(update={"student_id": f"s{n}", "submitted_at": t}) for n, t in enumerate(ODD_TIMES)]
    handed_in = [replace(hand_ins[0], student_id=f"s{n}", times={}) for n in range(len(ODD_TIMES))]
    done = record(made, small, str(tmp_path / "gradebook.db"), submissions=handed_in)
    assert not done.faults and done.students == len(ODD_TIMES)
    found = contents(str(tmp_path / "gradebook.db"), small)
    assert [found[f"scalars/s{number}"]["timestamp"] for number in range(len(made))] == list(ODD_TIMES.values())


def test_a_due_date_at_the_edge_of_the_calendar_is_kept_there(tmp_path: Path, small: Course) -> None:
    edge = datetime.fromisoformat("0001-01-01T00:00:00+05:00")
    first = small.assignments[0].model_copy(update={"due": edge})
    record([], small.model_copy(update={"assignments": (first,)}), str(tmp_path / "gradebook.db"))
    with open_gradebook(str(tmp_path / "gradebook.db"), small.course) as gradebook:
        assert gradebook.find_assignment(first.id).duedate == datetime.min


def test_what_a_student_controls_is_shown_as_it_is_in_comments(reports: list[Report]) -> None:
    note = "<script>alert(1)</script> ![x](http://x) \x1b]0;t\x07 \u202e\ud800 =cmd|' ~~~"
    said = comment_on(reports[1].model_copy(update={"notes": [note]}))
    assert said.isascii() or "\u202e" not in said
    assert "<script>" not in said and "\\<script\\>" in said and "\x1b" not in said and "\ud800" not in said
    assert "![x]" not in said and "~~~" not in said
    said.encode()


def test_what_cannot_be_opened_is_said(small: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        record([], small, "sqlite:////nowhere/at/all.db")
    with pytest.raises(UsageError, match="cannot be opened"):
        record([], small, "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises((UsageError, EnvironmentTrouble)):
        record([], small, "nonsense://x")


@pytest.mark.parametrize(
    ("seconds", "lost"),
    [
        (0, 0.0),
        (15 * 60, 0.0),
        (15 * 60 + 1, 1.0),
        (15 * 60 + DAY, 1.0),
        (2 * DAY, 2.0),
        (5 * DAY, 5.0),
        (6 * DAY, 10.0),
    ],
)
def test_penalties_follow_the_policy(seconds: float, lost: float) -> None:
    policy = LatePolicy(percent_per_day=10, grace_minutes=15, max_days=5)
    assert penalty(policy, 10.0, seconds) == pytest.approx(lost)
    assert penalty(policy, 0.0, seconds) == 0.0
    assert penalty(LatePolicy(), 10.0, seconds) == 0.0
    assert penalty(LatePolicy(percent_per_day=60), 10.0, 3 * DAY) == 10.0


def test_comments_say_what_is_wrong_and_carry_no_markup(reports: list[Report]) -> None:
    right, wrong = (report.model_copy(update={"exercises": report.exercises[:2]}) for report in reports[:2])
    assert comment_on(right) == "" and "torch gives" in comment_on(wrong)
    assert escaped("<b>*x*") == "\\<b\\>\\*x\\*"
