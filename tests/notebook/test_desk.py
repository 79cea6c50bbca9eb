"""The grader that a kernel keeps: graded once, and nobody reads what was said about somebody else's hand-in."""

from graders.grading.grade import Files
from graders.notebook.desk import Desk


def test_equal_files_are_graded_once_and_each_hand_in_keeps_its_own_notes(course, solutions):
    desk = Desk(course)
    code = {"ex02_closures.py": solutions["ex02_closures.py"]}
    first = desk.report(Files(code, notes=("amy.ipynb was left out.",)), "ex02_closures")
    assert desk.report(Files(dict(code), notes=("amy.ipynb was left out.",)), "ex02_closures") is first
    assert desk.report(Files(dict(code)), "ex02_closures").notes == []
