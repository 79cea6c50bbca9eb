"""leafgrad regrade: another policy on a class that is graded, without a worker; who changes, and why."""

import csv
import errno
import io
import json

import pytest

from graders.cli import main
from graders.course.course import load_course
from graders.course.granted import read_granted
from graders.errors import EnvironmentTrouble, UsageError
from graders.grading import kept as keeping
from graders.grading.changes import changes
from graders.grading.regrade import regrade
from graders.grading.tables import grades_csv
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.submission.model import safe_name
from tests.policy.generated import reports


def files(out):
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def rows(out, name):
    return list(csv.DictReader(io.StringIO((out / name).read_text(encoding="utf-8"))))


def run(desk, old="", new=""):
    course = desk / "course.yml"
    text = course.read_text()
    assert old in text
    course.write_text(text.replace(old, new, 1))
    loaded = load_course(course)
    return regrade(desk / "graded", loaded, read_granted(loaded))


MUL = '      - id: mul\n        title: "a * b"\n        points: 2\n'


def test_without_a_change_nothing_is_written(desk):
    before = files(desk / "graded")
    result = run(desk)
    assert not result.changes and files(desk / "graded") == before


def test_points_of_a_concept_change_those_who_earned_some(desk, monkeypatch):
    monkeypatch.setattr(SandboxPool, "__init__", lambda *given: pytest.fail("a worker is not needed"))
    before = {row["student_id"]: row for row in rows(desk / "graded", "grades.csv")}
    result = run(desk, MUL, MUL.replace("2\n", "5\n"))
    after = {row["student_id"]: row for row in rows(desk / "graded", "grades.csv")}
    for name, row in after.items():
        share = float(before[name]["ex02_closures.mul"]) / 2
        assert float(row["ex02_closures.mul"]) == pytest.approx(5 * share)
        assert float(row["score"]) - float(before[name]["score"]) == pytest.approx(3 * share)
        assert float(row["max_score"]) == float(before[name]["max_score"]) + 3
    assert len(result.changes) == 21 and {change.why for change in result.changes} == {("course",)}
    back = run(desk, MUL.replace("2\n", "5\n"), MUL)
    assert len(back.changes) == 21 and {row["student_id"]: row for row in rows(desk / "graded", "grades.csv")} == before


def test_pages_that_are_filled_are_those_that_are_made(desk):
    run(desk, MUL, MUL.replace("2\n", "5\n    # five\n"))
    filled = files(desk / "graded" / "students")
    for path in (desk / "graded" / "students").iterdir():
        path.unlink()
    run(desk)
    assert files(desk / "graded" / "students") == filled


def test_an_extension_changes_the_one_who_has_it(desk):
    (desk / "extensions.csv").write_text("student_id,assignment,days,reason\nŽofie 0003,scalars,30,ill\nzoe,,1,\n")
    result = run(desk)
    (change,) = result.changes
    assert (change.student_id, change.why) == ("Žofie 0003", ("policy",))
    assert "scalars" in change.details[0] and "now on time (ill)" in change.details[0]
    assert change.after.final > change.before.final and change.after.score == change.before.score
    (row,) = rows(desk / "graded", "changes.csv")
    assert (row["student_id"], row["why"]) == ("Žofie 0003", "policy")
    assert float(row["final"]) - float(row["final_before"]) == pytest.approx(change.before.assignments[0].penalty)
    (note,) = result.notes
    assert note.endswith("extensions.csv, line 3: there is no hand-in of zoe, so the row changes nothing.")
    assert [
        row["student_id"] for row in rows(desk / "graded", "final.csv") if "scalars: ill, due" in row["reason"]
    ] == ["Žofie 0003"]


def test_an_override_is_shown_everywhere_and_can_be_taken_back(desk, capsys):
    before = files(desk / "graded")
    (desk / "overrides.csv").write_text("student_id,exercise,concept,points,reason\nada 0000,ex02,mul,0.5,see <mail>\n")
    (change,) = run(desk).changes
    assert change.details == ("ex02_closures.mul: 0.5 given: see <mail>",)
    page = (desk / "graded" / "students" / f"{safe_name('ada 0000')}.html").read_text()
    assert "see &lt;mail&gt;" in page and "0.5*" in page
    assert "see &lt;mail&gt;" in (desk / "graded" / "index.html").read_text()
    (row,) = [row for row in rows(desk / "graded", "final.csv") if row["student_id"] == "ada 0000"]
    assert row["reason"] == "ex02_closures: mul 0.5 given: see <mail>"
    (desk / "overrides.csv").unlink()
    assert "no longer given" in run(desk).changes[0].details[0]
    after = files(desk / "graded")
    assert {name for name in after if after[name] != before[name]} == {"changes.csv"}


def test_dropped_concepts_and_the_best_attempt(desk):
    result = run(desk, MUL, MUL + "        dropped: true\n")
    assert {change.after.max_score - change.before.max_score for change in result.changes} == {-2.0}
    result = run(desk, "    late: {", "    attempts: best\n    late: {")
    assert {change.student_id.split()[-1] for change in result.changes} <= {"0006", "0013", "0020"}
    for change in result.changes:
        assert change.why == ("policy",) and "attempt 1 of 2 counts" in change.details[0]
        assert change.after.final > change.before.final
    assert result.changes


def test_one_concept_more_is_one(course):
    _, (whole,) = next(reports(course, 1))
    *others, last = whole.exercises
    less = last.model_copy(update={"concepts": last.concepts[1:], "score": 0.0})
    before = whole.model_copy(update={"exercises": [*others, less], "score": 0.0})
    (change,) = changes({safe_name(whole.student_id): before}, [whole])
    assert change.details == ("1 concept more",)


def test_who_left_the_class_stays_away(desk):
    out = desk / "graded"
    reports = [Report.model_validate_json(path.read_bytes()) for path in sorted((out / "reports").iterdir())]
    stay = [report for report in reports if report.student_id != "ada 0000"]
    (out / "grades.csv").write_text(grades_csv(stay[1:], [stay[0].student_id]), encoding="utf-8")
    result = run(desk, MUL, MUL.replace("2\n", "5\n"))
    assert len(result.reports) == 19 and result.ungraded == [stay[0].student_id]
    assert [row["status"] for row in rows(out, "grades.csv")].count("ungraded") == 1
    assert "ada 0000" not in (out / "grades.csv").read_text()


def test_lines_on_lateness_follow_the_policy_and_others_stay(desk):
    out = desk / "graded"
    line = "ada 0000,zero,ex02_closures,ex02_closures is written and earns 0 of 22 points: x,Look at the file."
    gone = "Žofie 0003,late,,scalars was due,Check."
    (out / "attention.csv").write_text(f"student_id,kind,exercise,why,what\n{line}\nbob,absent,,why,what\n{gone}\n")
    report = next(p for p in (out / "reports").iterdir() if '"student_id": "ada 0000"' in p.read_text())
    data = json.loads(report.read_text())
    for exercise in data["exercises"]:
        for concept in exercise["concepts"]:
            if exercise["id"] == "ex02_closures":
                concept |= {"share": 0.0, "status": "failed"}
    report.write_text(json.dumps(data))
    result = run(desk, MUL, MUL.replace("2\n", "5\n"))
    kinds = {(one.who, one.kind): one.why for one in result.attention}
    assert "earns 0 of 25 points" in kinds["ada 0000", "zero"] and ("bob", "absent") in kinds
    late = {
        change.student_id
        for change in result.changes
        if any(one.score and one.penalty == one.score for one in change.after.assignments)
    }
    assert {who for who, kind in kinds if kind == "late"} == late


def test_a_full_disk_leaves_the_tables_and_the_next_run_tells_all_changes(desk, monkeypatch):
    before, asked, real = files(desk / "graded"), [], keeping.write_whole

    def full(path, data):
        asked.append(path)
        if len(asked) > 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    with monkeypatch.context() as disk:
        disk.setattr(keeping, "write_whole", full)
        with pytest.raises(EnvironmentTrouble, match="the disk is full"):
            run(desk, MUL, MUL.replace("2\n", "5\n"))
    now = files(desk / "graded")
    assert {name: now[name] for name in before if not name.startswith("reports")} == {
        name: data for name, data in before.items() if not name.startswith("reports")
    }
    result = run(desk)
    assert len(result.changes) == 21 and all(
        change.before.max_score != change.after.max_score for change in result.changes
    )
    assert not (desk / "graded" / ".before").exists()


def test_the_command_says_who_changes(desk, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    (desk / "extensions.csv").write_text("student_id,days,reason\nŽofie 0003,30,ill\n")
    course = desk / "course.yml"
    course.write_text(course.read_text().replace(MUL, MUL.replace("2\n", "5\n")))
    for said in (
        "The points of 21 of 21 students change: course 21, policy 1.",
        "Nobody's points change; 21 students.",
    ):
        with pytest.raises(SystemExit) as end:
            main(["regrade", str(desk / "graded"), "--course", str(desk)])
        shown = capsys.readouterr().out
        assert end.value.code == 0 and said in shown
        assert max(map(len, shown.splitlines())) <= max(80, len(str(desk)) + 60)
        if "21 of 21" in said:
            assert "course.yml, ex02_closures: mul 2 → 5\n" in shown and "(ill)" in " ".join(shown.split())


def test_reports_of_another_course_and_none(desk, tmp_path):
    with pytest.raises(UsageError, match="holds no reports of leafgrad"):
        regrade(tmp_path / "nothing", load_course(desk), read_granted(load_course(desk)))
    other = load_course(desk).model_copy(update={"course": "another"})
    with pytest.raises(UsageError, match=r"are of the course leafgrad, and .* is another"):
        regrade(desk / "graded", other, read_granted(other))


@pytest.mark.parametrize("harm", [lambda file: file.unlink(), lambda file: file.write_text(file.read_text()[:500])])
def test_a_report_that_is_lost_leaves_its_student_in_the_tables_as_ungraded(desk, harm):
    before = {row["student_id"] for row in rows(desk / "graded", "grades.csv")}
    harm(desk / "graded" / "reports" / f"{safe_name('ada 0000')}.json")
    result = run(desk)
    (line,) = [one for one in result.attention if one.ours]
    assert line.who == "ada 0000" and "missing or not whole" in line.why and "`leafgrad grade` again" in line.what
    after = {row["student_id"]: row["status"] for row in rows(desk / "graded", "grades.csv")}
    assert set(after) == before and after["ada 0000"] == "ungraded"


@pytest.mark.parametrize("text", ['"\n', "", "student_id;score;status\nada 0000;1;passed\n"])
def test_a_table_that_something_else_has_written_takes_nobody_out_of_the_class(desk, text):
    count = len(rows(desk / "graded", "grades.csv"))
    (desk / "graded" / "grades.csv").write_text(text)
    assert len(run(desk).reports) == count
