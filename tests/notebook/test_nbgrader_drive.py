"""The real nbgrader from init to export: totals equal those of the command line, whoever ran the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from nbcourse import ASSIGNMENTS, Desk, Notebook, code_cell, comments_of, marks_of, replace, text_of

from graders.banks.store import BankStore
from graders.course.course import Course
from graders.grading.batch import Batch, collect
from graders.report import Report
from graders.submit import FolderTarget, submit

EXECUTE = "\nc.Autograde.autograde_preprocessors.remove('graders.notebook.preprocess.SandboxExecute')\n" + (
    "c.Autograde.autograde_preprocessors.insert(0, 'nbgrader.preprocessors.Execute')\n"
)
LATE, TOO_LATE = "2027-02-09 12:00:00 UTC", "2027-03-01 12:00:00 UTC"


def overwrites(exercise: str, notebook: Notebook) -> None:
    if exercise == "ex02_closures":
        replace(notebook, "self.grad += other.data * out.grad", "self.grad = other.data * out.grad")


def climbs(exercise: str, notebook: Notebook) -> None:
    if exercise == "ex09_sgd":
        replace(notebook, "p -= self.lr * p.grad", "p += self.lr * p.grad")


def hangs(exercise: str, notebook: Notebook) -> None:
    if exercise == "ex02_closures":
        replace(notebook, "self.grad += out.grad / self.data", "while True: pass")


def kills_its_process(exercise: str, notebook: Notebook) -> None:
    if exercise == "ex02_closures":
        replace(notebook, "self.grad -= out.grad", "__import__('os')._exit(0)")


def forges(exercise: str, notebook: Notebook) -> None:
    notebook["cells"].insert(1, code_cell("points = lambda address: 1000.0"))
    for cell in notebook["cells"]:
        if marks_of(cell).get("grade"):
            cell["source"] = "1000.0"
            marks_of(cell)["points"] = 1000
        else:
            cell["source"] = text_of(cell).replace("self.grad += other.data * out.grad", "pass")


def scribbles(exercise: str, notebook: Notebook) -> None:
    notebook["cells"].insert(2, code_cell("%matplotlib inline\n!echo hello\n1 / 0\nnever = 1"))
    notebook["cells"].append(code_cell("assert False, 'a try of my own'"))
    notebook["cells"].append(code_cell("def unfinished(:"))


def loses_cells(exercise: str, notebook: Notebook) -> None:
    graded = [cell for cell in notebook["cells"] if marks_of(cell).get("grade")]
    answers = [cell for cell in notebook["cells"] if marks_of(cell).get("solution")]
    rest = [cell for cell in notebook["cells"] if cell not in graded and cell not in answers]
    twice = {**graded[-1], "id": "copy"}
    notebook["cells"] = [twice, *graded[2:], *rest, *answers]
    marks_of(answers[0])["schema_version"] = 99


def other_kernel(exercise: str, notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "my-env", "display_name": "mine", "language": "python"}


def empty_the_rest(exercise: str, notebook: Notebook) -> None:
    overwrites(exercise, notebook)
    climbs(exercise, notebook)


def submit_files(desk: Desk, course: Course, assignments: Iterable[str]) -> None:
    """Hand in files, not notebooks, as `leafgrad submit` does: three exercises right but for one closure."""
    (desk.folder / "submitted").mkdir()
    for assignment in assignments:
        names = [f"{name}.py" for name in ASSIGNMENTS[assignment]]
        files = {name: (course.folder / "solutions" / name).read_bytes() for name in names}
        if "ex02_closures.py" in files:
            wrong = b"self.grad = other.data * out.grad"
            files["ex02_closures.py"] = files["ex02_closures.py"].replace(wrong.replace(b"=", b"+="), wrong)
            assert wrong in files["ex02_closures.py"]
        where = {"student_id": "typist", "project": desk.folder.parent}
        submit(files, FolderTarget(desk.folder / "submitted"), course=course, assignment=assignment, **where)


def hand_in_sample(desk: Desk, course: Course, assignments: Iterable[str] = ASSIGNMENTS) -> None:
    """Four students: one right, one wrong and late, one hostile, one with files."""
    submit_files(desk, course, assignments)
    for assignment in assignments:
        desk.hand_in("right", assignment)
        desk.hand_in("wrong_late", assignment, empty_the_rest, when=LATE)
        desk.hand_in("forger", assignment, forges)


def hand_in_class(desk: Desk, course: Course) -> None:
    """Twelve students more, of every kind."""
    hand_in_sample(desk, course)
    for assignment in ASSIGNMENTS:
        desk.hand_in("stub", assignment, solved=False)
        desk.hand_in("right_late", assignment, when=LATE)
        desk.hand_in("too_late", assignment, when=TOO_LATE)
        desk.hand_in("hanging", assignment, hangs)
        desk.hand_in("killer", assignment, kills_its_process)
        desk.hand_in("scribbler", assignment, scribbles)
        desk.hand_in("loser", assignment, loses_cells)
        desk.hand_in("kernel", assignment, other_kernel)
    desk.hand_in("half", "scalars")
    renamed = desk.hand_in("renamed", "scalars")
    (renamed / "ex01_finite_differences.ipynb").rename(renamed / "my first try.ipynb")
    broken = desk.hand_in("broken", "scalars")
    data = (broken / "ex02_closures.ipynb").read_bytes()
    (broken / "ex02_closures.ipynb").write_bytes(data[: len(data) // 2])
    large = desk.hand_in("large", "scalars")
    with_output = json.loads((large / "ex02_closures.ipynb").read_bytes())
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 100_000_000}
    with_output["cells"][-1]["outputs"] = [output]
    (large / "ex02_closures.ipynb").write_text(json.dumps(with_output))


def by_assignment(reports: list[Report]) -> dict[tuple[str, str], float]:
    """Return (assignment, student) to the points of the command line."""
    return {
        (assignment, report.student_id): round(
            sum(result.score for result in report.exercises if result.id in exercises), 6
        )
        for report in reports
        for assignment, exercises in ASSIGNMENTS.items()
    }


def on_the_command_line(course: Course, folder: Path, out: Path, only: list[str] | None = None) -> list[Report]:
    return Batch(course, out, BankStore(course), only).run(collect(folder, course)).reports


def autograde(desk: Desk, assignments: Iterable[str] = ASSIGNMENTS) -> dict[tuple[str, str], dict[str, float]]:
    for assignment in assignments:
        desk.nbgrader("autograde", assignment)
    return {key: row for key, row in desk.totals().items() if key[0] in assignments}


def prepared(desk: Desk, assignments: Iterable[str] = ASSIGNMENTS) -> Desk:
    for assignment in assignments:
        desk.nbgrader("generate_assignment", assignment)
    return desk


def assert_equal_totals(
    totals: dict[tuple[str, str], dict[str, float]], command_line: dict[tuple[str, str], float]
) -> None:
    assert {key: round(row["raw_score"], 6) for key, row in totals.items()} == command_line


def test_a_small_class_from_init_to_feedback(directory: Desk, small: Course, tmp_path: Path) -> None:
    """One assignment of the two, which does without torch; the proof below has both."""
    desk = prepared(directory, ["scalars"])
    hand_in_sample(desk, small, ["scalars"])
    totals = autograde(desk, ["scalars"])
    command_line = by_assignment(on_the_command_line(small, desk.folder, tmp_path / "out", ASSIGNMENTS["scalars"]))
    assert_equal_totals(totals, {key: score for key, score in command_line.items() if key[0] == "scalars"})
    assert totals["scalars", "right"]["score"] == totals["scalars", "right"]["max_score"] > 0
    assert totals["scalars", "forger"]["raw_score"] < totals["scalars", "right"]["raw_score"]
    assert 0 < totals["scalars", "typist"]["raw_score"] < totals["scalars", "right"]["raw_score"]
    assert "adds" in comments_of(desk.folder, "scalars", "typist")["ex02_closures"]
    late = totals["scalars", "wrong_late"]
    assert late["late_submission_penalty"] == pytest.approx(0.2 * late["raw_score"])
    desk.nbgrader("generate_feedback", "scalars")
    page = (desk.folder / "feedback" / "wrong_late" / "scalars" / "ex02_closures.html").read_text()
    assert_shows_the_smallest_case_only(page, small)


def assert_shows_the_smallest_case_only(page: str, course: Course) -> None:
    """The page has one case for each failed concept, and nothing else of the banks."""
    shown = re.findall(r"Smallest failing case:.*?<pre[^>]*>(.*?)</pre>(?:\s*<table.*?</table>)?", page, re.DOTALL)
    failed = page.count("&#10007; wrong") + page.count("✗ wrong")
    assert 1 <= len(shown) <= failed and "out._backward()" in shown[0] and "Traceback (most recent" not in page
    rest = re.sub(r"Smallest failing case:.*?</pre>(\s*<table.*?</table>)?", "", page, flags=re.DOTALL)
    banks = BankStore(course).banks("ex02_closures")
    hidden = {str(value) for bank in banks.values() for truth in bank.expected for value in truth.values()}
    telling = {text[:13] for text in hidden if re.fullmatch(r"-?\d+\.\d{12,}", text)}
    assert telling and not [text for text in telling if text in rest]


@pytest.mark.proof
def test_twelve_students_get_equal_totals_on_three_paths(directory: Desk, small: Course, tmp_path: Path) -> None:
    desk = prepared(directory)
    hand_in_class(desk, small)
    sandboxed = autograde(desk)
    command_line = by_assignment(on_the_command_line(small, desk.folder, tmp_path / "out"))
    assert_equal_totals(sandboxed, command_line)
    assert len(command_line) >= 24
    config = desk.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + EXECUTE)
    for assignment in ASSIGNMENTS:
        desk.nbgrader("autograde", assignment, "--force")
    assert desk.totals() == sandboxed
