"""Preloaded into a process of a cluster: its grader ends the process when it comes to a student called `killer`."""

import os

from graders.grading.grade import Grader

_real = getattr(Grader.grade, "real", Grader.grade)  # dask loads this file twice


def _grade(self, submission, only=None):
    if submission.student_id == "killer":
        os._exit(1)
    return _real(self, submission, only)


_grade.real = _real
Grader.grade = _grade
