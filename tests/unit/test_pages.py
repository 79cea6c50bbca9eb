"""The page of a class and the pages of its students, from reports made by hand."""

import csv
import errno
import io
import re
import zipfile
from pathlib import Path

import pytest

from graders.cli import main
from graders.grading import feedback as pages_written
from graders.grading.outputs import write_tables
from graders.grading.tables import grades_csv
from graders.render.analysis import alike, begun, discrimination, histogram
from graders.render.html import class_page, student_page
from graders.report import CheckResult, Counterexample, NamedMisconception, Report, score_concept, sum_exercise, total

bs4 = pytest.importorskip("bs4", reason="comes with the extra nbgrader")

EVIL = "</script><script>alert(1)</script><img src=x onerror=y> \x1b[31m\u202e"


def concept(name, good, points=2.0, value=1.0, idea=None, message="wrong", status=None):
    case = Counterexample(snippet=f"a = {value}", expected={"a.grad": 0.0}, actual={"a.grad": value}, kind="call")
    check = CheckResult(
        id=f"{name}_check",
        says="It is right.",
        status=status or ("passed" if good else "failed"),
        counterexample=None if good or status else case,
        misconception=NamedMisconception(id=idea, sentence=f"Sentence of {idea}.") if idea else None,
        message="" if good else message,
    )
    return score_concept(name, f"Title of {name}", points, [check])


def report(student, mul=True, add=True, other=False, **more):
    exercises = [
        sum_exercise("ex02_closures", [concept("mul", mul, 3.0, **more), concept("add", add, 2.0, **more)]),
        sum_exercise("ex03_backward", [concept("order", other, status="passed" if other else "not_started")]),
    ]
    score, most = total(exercises)
    return Report(
        course="leafgrad",
        grader_version="1",
        key_id="k",
        isolation="jail",
        student_id=student,
        submission_sha256=student,
        score=score,
        max_score=most,
        exercises=exercises,
    )


def soup(page):
    return bs4.BeautifulSoup(page, "html.parser")


@pytest.fixture
def reports():
    return [
        report("ada"),
        report("ben", mul=False, idea="overwrites"),
        report("cleo", mul=False, add=False),
        report("dan", add=False, idea="overwrites"),
    ]


def test_points_on_the_page_are_those_of_the_table(course, reports):
    page = soup(class_page(course, reports, ["zoe"]))
    table = csv.DictReader(io.StringIO(grades_csv(reports, ["zoe"])))
    rows = {row.th.get_text(): row.find_all("td") for row in page.select("#map tbody tr")}
    for line in table:
        cells = rows.pop(line["student_id"])
        if line["status"] == "ungraded":
            assert cells[0].get_text() == "not graded"
        else:
            assert float(cells[0].get_text()) == float(line["score"])
            assert float(cells[2].get_text()) == float(line["ex02_closures.mul"]) + float(line["ex02_closures.add"])
    assert not rows


def test_only_what_somebody_began_is_listed(course, reports):
    assert begun(reports) == ["ex02_closures"]
    page = soup(class_page(course, reports))
    names = [row.th.get_text() for row in page.select("#concepts tbody tr")]
    assert names == ["ex02_closures.mul", "ex02_closures.add"]
    assert "Nobody handed in ex03_backward. They are not listed here" in page.get_text()
    assert begun([*reports, report("eve", other=True)]) == ["ex02_closures", "ex03_backward"]


def test_an_idea_has_its_holders_once_and_its_case(course, reports):
    (idea,) = soup(class_page(course, reports)).select("[data-idea]")
    assert [one.get_text() for one in idea.select("li")] == ["ben", "dan"]
    assert idea.h3.get_text() == "Sentence of overwrites." and idea.pre.get_text() == "a = 1.0"


@pytest.mark.parametrize(
    "make", [class_page, lambda course, reports: student_page(course, reports[0], ["ex02_closures"])]
)
def test_whatever_students_write_is_text(course, make):
    hostile = report(EVIL, mul=False, message=EVIL, idea=EVIL)
    page = make(course, [hostile, report("b"), report("c", mul=False, message=EVIL)])
    assert page.count("<script") == (make is class_page) and "<img" not in page and "&lt;img" in page
    assert not {"\x1b", "\u202e"} & set(page)


def test_the_policy_allows_the_one_script_and_nothing_else(course, reports):
    from base64 import b64encode
    from hashlib import sha256

    page = class_page(course, reports)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    allowed = soup(page).find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in allowed
    assert re.findall("script-src (.*?);", allowed) == [
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    ]
    assert not re.search(r"\son\w+=|https?://(?!www\.w3\.org)", page.replace(script, ""))


@pytest.mark.parametrize("count", [0, 1])
def test_a_class_of_nobody_and_of_one(course, count):
    page = soup(class_page(course, [report("ada")][:count], ["zoe"]))
    assert page.find("dl").find_all("dd")[0].get_text() == str(count + 1) and "zoe" in page.get_text()
    assert len(page.select("#map tbody tr")) == (2 if count else 0)


def test_every_table_has_heads_with_a_scope_and_every_id_stands_once(course, reports):
    for page in (class_page(course, reports, ["zoe"]), student_page(course, reports[2], ["ex02_closures"])):
        found = soup(page)
        assert all(head.get("scope") in ("row", "col") for head in found.find_all("th"))
        ids = [tag["id"] for tag in found.find_all(id=True)]
        assert len(ids) == len(set(ids))
        levels = [int(tag.name[1]) for tag in found.find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1 and all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_equal_wrong_answers_are_rare_and_several():
    def alone(name, value):
        return report(name, mul=False, add=False, value=value)

    pairs = alike([alone("a", 5.0), alone("b", 5.0), alone("c", 6.0), report("d", mul=False, value=5.0)])
    assert [(pair.students, len(pair.concepts)) for pair in pairs] == [(("a", "b"), 2)]
    assert not alike([alone(str(number), 5.0) for number in range(9)])  # a common mistake
    assert not alike([report(name, mul=False, add=False, idea="overwrites") for name in "ab"])


def test_discrimination_and_distribution():
    assert discrimination([0, 0, 1, 1], [1, 2, 3, 4]) == pytest.approx(0.894427191)
    assert discrimination([1, 1, 1], [1, 2, 3]) is None and discrimination([1], [1]) is None
    assert histogram([0.0, 0.05, 0.95, 1.0]) == [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]


def test_a_student_sees_own_facts_and_hints_and_no_address(course):
    one = report("ada@uni.example", mul=False, message="as told by x@uni.example").model_copy(
        update={"notes": ["from ben@uni.example.zip"], "signals": ["secret signal"]}
    )
    page = student_page(course, one, ["ex02_closures"])
    assert "uni.example" not in page and "secret signal" not in page
    assert all(hint[:20] in soup(page).get_text() for hint in course.concept("ex02_closures.mul")[1].hints)


def graded(course, folder, reports):
    (folder / "reports").mkdir(parents=True)
    for one in reports:
        (folder / "reports" / f"{one.student_id}.json").write_text(one.model_dump_json())
    assert not list(write_tables(folder, course, reports))
    return folder


def pages(folder):
    return {path.name: path.read_bytes() for path in (folder / "students").iterdir()}


def feedback(root, *arguments):
    with pytest.raises(SystemExit) as end:
        main(["feedback", *map(str, arguments), "--course", str(root)])
    return end.value.code or 0


def test_feedback_writes_the_pages_that_grade_writes_and_packs_them(course, root, reports, tmp_path):
    out = graded(course, tmp_path / "out", reports)
    first = pages(out)
    assert sorted(first) == ["ada.html", "ben.html", "cleo.html", "dan.html"]
    (out / "students" / "ben.html").unlink()
    assert feedback(root, out) == 0 and pages(out) == first
    assert feedback(root, out, "--zip", tmp_path / "pages.zip") == 0
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == first


def test_who_left_keeps_no_page_and_a_foreign_file_stays(course, root, reports, tmp_path):
    out = graded(course, tmp_path / "out", reports)
    (out / "students" / "mine.html").write_text("my own")
    assert not list(write_tables(out, course, reports[1:]))
    assert "ada.html" not in pages(out) and pages(out)["mine.html"] == b"my own"
    assert feedback(root, out) == 0 and "ada.html" not in pages(out)


def test_a_broken_report_costs_one_page(course, root, reports, tmp_path, capsys):
    out = graded(course, tmp_path / "out", reports)
    (out / "reports" / "ben.json").write_text("{")
    assert feedback(root, out) == 2 and sorted(pages(out)) == ["ada.html", "cleo.html", "dan.html"]
    said = capsys.readouterr().out
    assert "ben.json is not a whole report" in said and "pages of 3 students" in said


def test_a_full_disk_keeps_the_earlier_pages(course, reports, tmp_path, monkeypatch):
    out = graded(course, tmp_path / "out", reports)
    before = pages(out)

    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pages_written, "write_whole", full)
    lines = list(write_tables(out, course, [one.model_copy(update={"notes": ["new"]}) for one in reports]))
    assert pages(out) == before and lines[0].who == "page of ada and 3 more" and lines[0].why == "The disk is full."


def test_a_closed_detail_is_not_printed_and_a_narrow_screen_needs_no_wide_column():
    style = (Path(pages_written.__file__).parents[1] / "render/templates/style.css").read_text()
    printed, narrow = style.partition("@media print")[2], style.partition("@media (max-width: 40rem)")[2]
    assert ".card details:not([open]) { display: none !important; }" in printed
    assert "min-width: 6.5rem" in narrow.splitlines()[0]
