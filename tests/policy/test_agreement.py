"""Every total, read by this script alone from the class page, the students' pages, the tables and every export."""

import csv
import io
import json
import math
import re
import shutil
from xml.etree import ElementTree

import pytest

from graders.cli import main
from graders.course.course import load_course
from graders.submission.model import safe_name
from tests.policy.generated import ids, write_class

bs4 = pytest.importorskip("bs4", reason="comes with the extra nbgrader")

EXTENSION = "student_id,assignment,days,reason\nŽofie 0003,,30,ill\n"
OVERRIDES = (
    "student_id,exercise,concept,points,reason\nada 0000,ex02_closures,mul,0.5,see mail\n'=cmd|x 0002,ex01,,3,x\n"
)


def command(*words):
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return end.value.code


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def points(number):
    return pytest.approx(float(number), abs=0.0051)  # pages have two digits


def another_policy(desk):
    course = desk / "course.yml"
    text = course.read_text().replace("points: 2\n", "points: 3.5\n", 10)
    course.write_text(text.replace("late: {percent_per_day: 10", "attempts: best\n    late: {percent_per_day: 7"))
    (desk / "extensions.csv").write_text(EXTENSION)
    (desk / "overrides.csv").write_text(OVERRIDES.replace("'=", "="))
    assert command("regrade", desk / "graded", "--course", course) == 0


@pytest.fixture(autouse=True)
def runner(monkeypatch):
    """The variables of Classroom 50's runner."""
    for name in ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"):
        monkeypatch.setenv(name, "x")


@pytest.mark.parametrize("changed", [False, True])
def test_every_total_agrees(desk, changed):
    if changed:
        another_policy(desk)
    agree(desk, 21)


@pytest.mark.proof
def test_every_total_of_600_students_agrees(root, tmp_path):
    shutil.copy(root / "course.yml", tmp_path)
    write_class(tmp_path / "graded", load_course(tmp_path), 600)
    agree(tmp_path, 600)
    another_policy(tmp_path)
    agree(tmp_path, 600)


def agree(desk, count):
    """Fail where two of the files tell two totals."""
    graded = desk / "graded"
    scores = {row["student_id"]: row for row in rows(graded / "grades.csv")}
    finals = {row["student_id"]: row for row in rows(graded / "final.csv")}
    assert len(scores) == count and scores.keys() == finals.keys()
    columns = [name for name in scores["ada 0000"] if "." in name]
    for name, row in scores.items():
        assert math.fsum(float(row[column]) for column in columns) == pytest.approx(float(row["score"]), abs=1e-6)
        final = finals[name]
        assert (final["score"], final["max_score"]) == (row["score"], row["max_score"])
        assert float(final["final"]) == pytest.approx(float(row["score"]) - float(final["penalty"]), abs=1e-6)
        parts = [math.fsum(float(final[f"{one}.{part}"]) for one in ASSIGNMENTS) for part in ("penalty", "final")]
        assert parts == pytest.approx([float(final["penalty"]), float(final["final"])], abs=1e-6)
    _long_table(graded, scores)
    _reports(graded, scores, finals)
    _pages(graded, scores, finals)
    _exports(graded, desk, scores, finals)


ASSIGNMENTS = ("scalars", "tensors", "graphs", "optimizers")


def _long_table(graded, scores):
    sums = dict.fromkeys(scores, 0.0)
    for row in rows(graded / "scores.csv"):
        sums[row["student_id"]] += float(row["score"])
        assert scores[row["student_id"]][f"{row['exercise']}.{row['concept']}"] == row["score"]
    assert sums == {name: pytest.approx(float(row["score"]), abs=1e-6) for name, row in scores.items()}


def _reports(graded, scores, finals):
    found = [json.loads(path.read_bytes()) for path in (graded / "reports").iterdir()]
    assert len(found) == len(scores)
    for report in found:
        name = _cell(report["student_id"])
        assert [report["score"], report["max_score"]] == [float(scores[name][one]) for one in ("score", "max_score")]
        assert report["final"] == float(finals[name]["final"])


def _pages(graded, scores, finals):
    page = bs4.BeautifulSoup((graded / "index.html").read_text(encoding="utf-8"), "html.parser")
    heads = [one.get_text() for one in page.select("#map thead [data-name]")]
    assert heads[:4] == ["student", "points", "%", "final"]
    table = {
        row.th.get_text(): [cell.get_text() for cell in row.find_all("td")] for row in page.select("#map tbody tr")
    }
    assert len(table) == len(scores)
    called = {re.sub(r"@[\w.]+", "", student): student for student in ids(len(scores))}
    assert not called.keys() ^ table.keys() and "b.example" not in page.get_text()
    for shown, cells in ((called[text], cells) for text, cells in table.items()):
        name = _cell(shown)
        assert float(cells[0]) == points(scores[name]["score"]) and float(cells[2]) == points(finals[name]["final"])
        text = (graded / "students" / f"{safe_name(shown)}.html").read_text(encoding="utf-8")
        own = bs4.BeautifulSoup(text, "html.parser")
        figures = {one.dt.get_text(): one.dd.get_text().split() for one in own.select(".figures div")}
        assert [float(one) for one in figures["points"][::2]] == [
            points(scores[name]["score"]),
            points(scores[name]["max_score"]),
        ]
        assert float(figures.get("final", figures["points"])[0]) == points(finals[name]["final"])
        cells = [row.select("td.number")[0].get_text() for row in own.select("table.wide tbody tr")]
        whole = sum(float(cell.rstrip("*")) for cell in cells)
        if "Not started." not in text:
            assert whole == pytest.approx(float(scores[name]["score"]), abs=0.5)
            assert "*" not in "".join(cells) or "Points given by your instructor" in text


def _exports(graded, desk, scores, finals):
    names = list(scores)
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Home (1)"
    lines = [head, "    Points Possible,,,,,(none)"]
    table = desk / "gradebook.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        stream.write("\r\n".join(lines) + "\r\n")
        csv.writer(stream).writerows([name, n, "", _id(name), "M", ""] for n, name in enumerate(names))
    sheet = desk / "worksheet.csv"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        most = scores[names[0]]["max_score"]
        heading = ["Identifier", "Username", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]
        csv.writer(stream).writerows(
            [heading, *([f"P {n}", _id(name), "", most, "-", ""] for n, name in enumerate(names))]
        )
    for extra, expected in (
        ([], {n: scores[n]["score"] for n in names}),
        (["--final"], {n: finals[n]["final"] for n in names}),
    ):
        assert command("export", "canvas", graded, "--fill", table, "--out", desk / "c.csv", *extra) == 0
        found = {row["SIS Login ID"]: row["Home (1)"] for row in rows(desk / "c.csv") if row["SIS Login ID"]}
        assert {_cell(name): float(score) for name, score in found.items()} == {n: points(expected[n]) for n in names}
        assert command("export", "moodle", graded, "--fill", sheet, "--out", desk / "m.csv", "--feedback", *extra) == 0
        filled = rows(desk / "m.csv")
        assert {_cell(row["Username"]): float(row["Grade"]) for row in filled} == {
            n: points(expected[n]) for n in names
        }
        assert command("export", "gradescope", graded, "--out", desk / "g", *extra) == 0
        for name in names:
            result = json.loads((desk / "g" / f"{safe_name(_id(name))}.json").read_bytes())
            whole = result.get("score", math.fsum(test["score"] for test in result["tests"]))
            assert whole == pytest.approx(float(expected[name]), abs=1e-6)
    assert command("export", "junit", graded, "--out", desk / "j.xml") == 0
    for suite in ElementTree.parse(desk / "j.xml").getroot():
        told = {one.get("name"): one.get("value") for one in suite.iter("property")}
        name = _cell(suite.get("name"))
        assert (told["score"], told["final"]) == (scores[name]["score"], finals[name]["final"])
    for name in names:
        report = graded / "reports" / f"{safe_name(_id(name))}.json"
        assert command("export", "classroom50", report, "--out", desk / "r.json") == 0
        result = json.loads((desk / "r.json").read_bytes())
        concepts = [100 * float(score) for column, score in scores[name].items() if "." in column]
        assert (result["score"], result["max-score"]) == (
            sum(map(round, concepts)),  # whole numbers: the sum of what was rounded
            100 * float(scores[name]["max_score"]),
        )


def _cell(student):
    return re.sub("^=", "'=", student)


def _id(cell):
    return cell.removeprefix("'")
