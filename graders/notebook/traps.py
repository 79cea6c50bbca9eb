"""The traps of nbgrader that a course directory can be in, each with its fix. Nothing is executed or changed."""

from __future__ import annotations

import ast
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graders.course.folder import LENT
from graders.course.keys import FILE_NAME, VARIABLE
from graders.notebook.advice import Advice
from graders.notebook.build import graded_address, source_of
from graders.notebook.settings import Settings

_AGAIN = "Move nbgrader_config.py away, run `leafgrad nbgrader init` and put your own settings into the new one."
_OTHERS = re.compile(r"^\s*(?:import|from)\s+(?P<name>otter|gradescope_utils)\b", re.MULTILINE)
_CLASSROOM = (".github/classroom/autograding.json", ".github/workflows/classroom.yml")


def setting_traps(settings: Settings) -> Iterator[Advice]:
    """Yield what is wrong in the configuration."""
    if not _sandboxed(settings):
        yield Advice(
            "autograde executes the notebooks: the student's code runs beside the grader and can forge its points, "
            "tracebacks carry hidden tests into the feedback, each notebook costs a kernel, and the cases are those of "
            "the public key, which students have.",
            f'Name "graders.notebook.preprocess.SandboxExecute" in c.Autograde.autograde_preprocessors. {_AGAIN}',
            "execute",
        )
    if not (settings.of("IgnorePattern", "enabled") and settings.of("IgnorePattern", "pattern")):
        yield Advice(
            "A line on standard error in a graded cell, such as torch's NNPACK remark, gives 0 points.",
            'c.IgnorePattern.enabled = True; c.IgnorePattern.pattern = r"NNPACK|UserWarning|Warning:"',
            "stderr",
        )
    cleaning = [str(step) for step in settings.of("Autograde", "sanitize_preprocessors", ())]
    if not any("RepairMetadata" in step for step in cleaning):
        yield Advice(
            "One notebook with odd nbgrader metadata stops autograde, and a deleted graded cell is not graded.",
            f"Name RepairMetadata and RestoreGradedCells in c.Autograde.sanitize_preprocessors. {_AGAIN}",
            "metadata",
        )
    if "CarefulExporter" not in str(settings.of("Autograde", "exporter_class", "")):
        yield Advice(
            "A submitted file that is no notebook ends in a traceback, and its old score is kept.",
            'c.Autograde.exporter_class = "graders.notebook.exporter.CarefulExporter"',
            "unreadable",
        )
    if "find_renamed" not in str(settings.of("Autograde", "pre_convert_hook", "")):
        yield Advice(
            "A renamed notebook is passed over as unknown and its exercise gets 0 points.",
            'c.Autograde.pre_convert_hook = "graders.notebook.hooks.find_renamed"',
            "renamed",
        )


def key_traps(folder: Path, settings: Settings) -> Iterator[Advice]:
    """Yield where the secret key lies in reach of students' code that runs in a kernel.

    That is every notebook without our preprocessor, and with it those that have graded cells of other kinds.
    """
    executed = not _sandboxed(settings) or any(map(_has_other_graded_cells, (folder / "source").glob("*/*.ipynb")))
    if not executed:
        return
    away = "Let another account or machine, which executes no notebooks, grade under the key: leafgrad grade submitted."
    if os.environ.get(VARIABLE):
        yield Advice(
            f"{VARIABLE} is set where autograde executes notebooks: the student's code can read it.",
            f"Unset it here. {away}",
            "key_variable",
        )
    course = folder / str(settings.of("SandboxExecute", "course", "course.yml"))
    for path in sorted({place.resolve() / FILE_NAME for place in (course.parent, folder, *folder.glob("source/*"))}):
        if path.is_file():
            yield Advice(
                f"{path} lies where autograde executes notebooks: the student's code can read it.",
                f"Remove it from here. {away}",
                "key_file",
            )


def file_traps(folder: Path, settings: Settings) -> Iterator[Advice]:
    """Yield what is wrong with the files beside the notebooks."""
    excluded: Mapping[str, Any] = settings.of("Autograde", "exclude_overwriting", {})
    for path in sorted((folder / "source").glob("*/**/*.py")):
        assignment, *rest = path.relative_to(folder / "source").parts
        name = "/".join(rest)
        if name != LENT and name not in excluded.get(assignment, ()):  # what is lent to students is nobody's answer
            yield Advice(
                f"autograde replaces a student's {name} of {assignment} by yours: a wrong one gets your points.",
                f"c.Autograde.exclude_overwriting = {{{assignment!r}: [{name!r}]}}",
                "overwriting",
            )
        if "BEGIN SOLUTION" in path.read_text(encoding="utf-8", errors="replace"):
            yield Advice(
                f"source/{assignment}/{name} has solution regions; generate_assignment releases .py files as they are.",
                "Keep only the stub in source/.",
                "released_solution",
            )
    for path in sorted((folder / "source").iterdir()):
        if "+" in path.name:
            yield Advice(f"The assignment id {path.name} has a +.", f"Rename source/{path.name}.", "plus")
    for name in _CLASSROOM:
        if (folder / name).exists():
            yield Advice(
                f"{name} is for GitHub Classroom, which was retired on 2026-08-28.",
                "Remove it; its open successor is Classroom 50: leafgrad export classroom50.",
                "classroom",
            )
    for path in sorted(folder.glob("submitted/*/*")):
        if path.is_dir() and any(path.glob("ex*.py")) and not any(path.glob("*.ipynb")):
            yield Advice(
                f"{path.relative_to(folder)} holds .py files and no notebook: nbgrader passes it over.",
                "Grade it with `leafgrad grade submitted --gradebook` and this course's gradebook.",
                "no_notebook",
            )


def cell_traps(folder: Path) -> Iterator[Advice]:
    """Yield what is wrong with the cells of the source notebooks."""
    for path in sorted((folder / "source").glob("*/*.ipynb")):
        where = path.relative_to(folder).as_posix()
        try:
            cells = json.loads(path.read_bytes())["cells"]
        except (ValueError, KeyError, TypeError):
            yield Advice(f"{where} is no notebook.", "Save it again in Jupyter.", "broken")
            continue
        ids = Counter(_marks(cell).get("grade_id") for cell in cells if _marks(cell))
        for grade_id in sorted(str(name) for name, count in ids.items() if count > 1):
            yield Advice(f"{where}: the id {grade_id} stands twice.", "Give each cell an id of its own.", "duplicate")
        for cell in cells:
            yield from _cell(where, cell)


def _cell(where: str, cell: Mapping[str, Any]) -> Iterator[Advice]:
    marks, source = _marks(cell), source_of(dict(cell))
    name = f"{where}, cell {marks.get('grade_id', '?')}"
    if marks.get("grade") and not marks.get("points"):
        yield Advice(f"{name}: worth 0 points, which makes autograde fail.", "Give it points, or no grade.", "zero")
    if found := _OTHERS.search(source):
        yield Advice(
            f"{name}: {found['name']} loses the failing example, and its results come from the student's own process.",
            'End the cell with points("EXERCISE.CONCEPT").',
            "other_grader",
        )
    if "BEGIN HIDDEN TESTS" in source:
        yield Advice(
            f"{name}: text of hidden tests reaches students through the tracebacks in their feedback.",
            'Put the test into a concept and end the cell with points("EXERCISE.CONCEPT").',
            "hidden_tests",
        )
    if marks.get("grade") and not marks.get("solution") and cell.get("cell_type") == "code":
        yield from _value(name, source, float(marks.get("points") or 0))


def _value(name: str, source: str, points: float) -> Iterator[Advice]:
    """Yield what is wrong with the value in which a graded cell ends."""
    if graded_address(source) is not None:
        return
    try:
        body = ast.parse(re.sub(r"(?m)^\s*[%!].*$", "pass", source)).body
    except SyntaxError:
        yield Advice(f"{name}: no Python, so it gives 0 points to everybody.", "Correct it.", "syntax")
        return
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or ast.unparse(last).startswith(("print(", "display(")):
        return
    number = last.value.value if isinstance(last.value, ast.Constant) else None
    if isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number <= points:
        return
    yield Advice(
        f"{name}: ends in `{ast.unparse(last)[:40]}`. A numpy number, a tensor, nan or a negative number there is read "
        f"as all points, and more than {points:g} aborts the submission.",
        f'End it with a plain number: float(min(max(x, 0), {points:g})), or with points("EXERCISE.CONCEPT").',
        "value",
    )
    if "NBGRADER_EXECUTION" not in source:
        yield Advice(
            f"{name}: `nbgrader validate` hides what it prints when it gives part of the points.",
            "Raise an exception with the text when os.environ.get('NBGRADER_EXECUTION') == 'validate'.",
            "validate",
        )


def gradebook_traps(folder: Path, settings: Settings) -> Iterator[Advice]:
    """Yield where the source notebooks and the gradebook disagree although submissions are recorded."""
    from graders.notebook.gradebook import open_gradebook

    if settings.db_url.startswith("sqlite:///") and not Path(settings.db_url.removeprefix("sqlite:///")).exists():
        return
    with open_gradebook(settings.db_url, settings.course_id) as gradebook:
        for assignment in gradebook.assignments:
            for notebook in assignment.notebooks:
                path = folder / "source" / assignment.name / f"{notebook.name}.ipynb"
                if (
                    notebook.submissions
                    and path.is_file()
                    and _ids(path) != {cell.name for cell in notebook.source_cells}
                ):
                    yield Advice(
                        f"{path.relative_to(folder).as_posix()} has other cells than its release, and submissions are "
                        "recorded: generate_assignment will fail, and new cells cannot be graded.",
                        "Put the released cells back, or make a new assignment of the new ones.",
                        "cells_changed",
                    )


def _sandboxed(settings: Settings) -> bool:
    return any("SandboxExecute" in str(step) for step in settings.of("Autograde", "autograde_preprocessors", ()))


def _has_other_graded_cells(path: Path) -> bool:
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (ValueError, KeyError, TypeError):
        return False
    return any(
        _marks(cell).get("grade") and cell.get("cell_type") == "code" and graded_address(source_of(dict(cell))) is None
        for cell in cells
    )


def _ids(path: Path) -> set[Any]:
    marked = [_marks(cell) for cell in json.loads(path.read_bytes())["cells"]]
    kinds = ("grade", "solution", "locked", "task")
    return {marks.get("grade_id") for marks in marked if any(marks.get(kind) for kind in kinds)}


def _marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cell.get("metadata", {}).get("nbgrader") or {}
    return found
