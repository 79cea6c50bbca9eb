"""The grader that a kernel keeps: graded once, and nobody reads what was said about somebody else's hand-in."""

from graders.grading.grade import Files
from graders.notebook.cell_grader import CellGrader


def test_equal_files_are_graded_once_and_each_hand_in_keeps_its_own_notes(course, solutions):
    grader = CellGrader(course)
    code = {"ex02_closures.py": solutions["ex02_closures.py"]}
    first = grader.report(Files(code, notes=("amy.ipynb was left out.",)), "ex02_closures")
    assert grader.report(Files(dict(code), notes=("amy.ipynb was left out.",)), "ex02_closures") is first
    assert grader.report(Files(dict(code)), "ex02_closures").notes == []
