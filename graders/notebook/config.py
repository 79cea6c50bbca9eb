"""nbgrader_config.py of a course directory, with a reason beside every setting."""

from __future__ import annotations

import hashlib
import re

from graders.course.course import Course

_HEAD = "# Made by `leafgrad nbgrader init`; an edited file is left alone. Text below: sha256 {digest}\n"
_MADE = re.compile(r"# Made by `leafgrad nbgrader init`[^\n]*sha256 (?P<digest>[0-9a-f]{64})\n")

_TEXT = """\
import os

c = get_config()  # noqa: F821 (nbgrader provides it)

ROOT = os.path.dirname(os.path.abspath(__file__))
COURSE = os.path.join(ROOT, {course_path!r})  # the secret key is looked for beside course.yml

c.CourseDirectory.root = ROOT  # also when the server was started elsewhere; gradebook.db lies here unless db_url is set
c.CourseDirectory.course_id = {course_id!r}

# The student's code never runs beside the grader: its text is graded in the sandbox, ten times as fast. Without this
# list nbgrader executes the notebooks: the points of honest ones are the same, others can forge theirs, and the cases
# are those of the public key. Where notebooks are executed, keep LEAFGRAD_KEY and leafgrad.key away.
c.Autograde.autograde_preprocessors = [
    "graders.notebook.preprocess.SandboxExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "graders.notebook.save.SaveGrades",  # SaveAutoGrades and AssignLatePenalties, with comments
]
c.SandboxExecute.course = COURSE

# What students do to the cells' metadata is undone first, copies of cells included, and graded cells that they deleted
# come back. There is nothing left then for CheckCellMetadata, which takes a fifth of the time.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "graders.notebook.repair.RepairMetadata",
    "graders.notebook.repair.OverwriteReleased",  # OverwriteKernelspec and OverwriteCells
    "graders.notebook.repair.RestoreGradedCells",
]

# A file that is no notebook gets 0 points and a sentence instead of a traceback; a renamed notebook is found.
c.Autograde.exporter_class = "graders.notebook.exporter.CarefulExporter"
c.Autograde.pre_convert_hook = "graders.notebook.hooks.find_renamed"

# nbgrader replaces a student's .py file by one of the same name in source/, a stub for example.
c.Autograde.exclude_overwriting = {exclude}

# Any line on standard error before the points gives 0: torch's remarks on the machine must not.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"NNPACK|UserWarning|Warning:"

# Seconds for one cell where notebooks are executed; the first graded cell grades the whole exercise.
c.ExecutePreprocessor.timeout = 120
c.Execute.timeout = 120

# A released hole is the stub's.
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}

c.AssignLatePenalties.plugin_class = "graders.notebook.late.CourseLatePolicy"
c.CourseLatePolicy.course = COURSE

# Students may hand in .py files beside notebooks.
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py"]
"""


def config_text(course: Course, course_path: str) -> str:
    """Return the text of nbgrader_config.py.

    Args:
        course: The course.
        course_path: Path of course.yml as seen from the course directory.
    """
    names = {one.id: [f"{exercise}.py" for exercise in one.exercises] for one in course.assignments}
    rows = "".join(f"    {assignment!r}: {files!r},\n" for assignment, files in names.items())
    text = _TEXT.format(course_path=course_path, course_id=course.course, exclude=f"{{\n{rows}}}")
    return _HEAD.format(digest=hashlib.sha256(text.encode()).hexdigest()) + text


def is_untouched(text: str) -> bool:
    """Return whether a config is as it was made."""
    head = _MADE.match(text)
    return bool(head and hashlib.sha256(text[head.end() :].encode()).hexdigest() == head["digest"])
