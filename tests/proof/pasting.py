"""Pastes the failing case of a report under the student's own file and compares what it prints with the report's rows.

All snippets of one exercise run in one plain interpreter, each in a process forked from it. `graders` cannot be
imported there.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.render.concept import COUNTED
from graders.render.rows import value_text
from graders.report import CheckResult, Report
from graders.snippets.folding import WIDTH

EXEMPT = {"timeout", "memory", "crashed", "not_started"}
"""Statuses of checks whose smallest case gives no numbers."""

_GIVEN = Path(__file__).parents[2] / "exercises" / "given_tensor.py"
_DRIVER = Path(__file__).with_name("pasted.py")
_WORDS = {"nan": "nan", "inf": "inf", "None": None, "True": True, "False": False}
_CUT = "…"


@dataclass(frozen=True)
class Pasted:
    """One failing case of one submission.

    Attributes:
        who: The mutant or the student, and the check.
        files: File name to source of the submission.
        exercise: The exercise whose file the snippet is pasted under.
        check: What the report says about the check.
    """

    who: str
    files: Mapping[str, str]
    exercise: str
    check: CheckResult


def cases(who: str, files: Mapping[str, bytes], report: Report) -> Iterator[Pasted]:
    """Yield each failing case of a report that has numbers to compare."""
    texts = {name: source.decode() for name, source in files.items()}
    texts |= {_GIVEN.name: _GIVEN.read_text(encoding="utf-8")}
    for exercise, concept in report.concepts():
        for check in concept.checks:
            if check.counterexample and check.status not in EXEMPT and COUNTED not in check.message:
                yield Pasted(f"{who} {concept.id}.{check.id}", texts, exercise.id, check)


def differences(pasted: Sequence[Pasted], folder: Path) -> dict[str, str]:
    """Return for each case whose paste says something else than the report what differs, by `Pasted.who`."""
    return {
        one.who: what
        for one, (printed, error) in zip(pasted, run(pasted, folder), strict=True)
        if (what := difference(one.check, printed, error, prints="print(" in one.files[f"{one.exercise}.py"]))
    }


def run(pasted: Sequence[Pasted], folder: Path) -> list[tuple[str, str]]:
    """Return what each snippet prints under its file, and the exception that it ends with, `""` for none.

    Args:
        pasted: Cases of one exercise.
        folder: An empty folder for the other files of the submissions.
    """
    if not pasted:
        return []
    jobs = [(one.files, one.exercise, one.check.counterexample.snippet) for one in pasted if one.check.counterexample]
    command = [sys.executable, "-I", str(_DRIVER), str(folder)]
    done = subprocess.run(command, input=json.dumps(jobs), capture_output=True, text=True, check=True, timeout=600)
    return [(printed, error) for printed, error in json.loads(done.stdout)]


def too_wide(pasted: Sequence[Pasted]) -> dict[str, str]:
    """Return for each case with a line that a report wraps at 80 columns that line, by `Pasted.who`."""
    return {
        one.who: line
        for one in pasted
        for line in one.check.counterexample.snippet.split("\n")  # type: ignore[union-attr]
        if len(line) > WIDTH
    }


def difference(check: CheckResult, printed: str, error: str, prints: bool = False) -> str:
    """Return how what a snippet printed differs from the rows of the report; `""` when it does not.

    Args:
        check: With the failing case.
        printed: What the snippet printed.
        error: The exception that it ended with, `""` for none.
        prints: Whether the student's own code prints, so that more may stand there.
    """
    found = check.counterexample
    assert found
    rows, rest = rows_of(list(found.expected), printed.rpartition("once more\n")[2])
    raised = error.partition(":")[0]
    told = {label for label, value in found.actual.items() if raised and value == raised and label not in rows}
    for label in found.expected:
        reached = label in found.actual and label not in told
        if reached and label not in rows:
            return f"{label} is not printed ({error or 'no error'}): {printed[-300:]!r}"
        if not reached and label in rows:
            return f"{label} is printed as {rows[label]!r}, the report does not reach it"
        if reached and not same(rows[label], found.actual[label]):
            return f"{label} is printed as {rows[label]!r}, the report shows {found.actual[label]!r}"
    if len(found.actual) < len(found.expected) and not error:
        return f"the report stops before its end ({check.message}), the snippet does not"
    if len(found.actual) == len(found.expected) and error and not told:
        return f"the snippet raises {error}"
    more = not prints and re.search(r"\d|\bNone\b|True|False", rest)
    return f"more is printed than the report shows: {rest!r}" if more else ""


def rows_of(labels: Sequence[str], printed: str) -> tuple[dict[str, str], str]:
    """Return the text printed for each label, and what is printed besides.

    A row is `label value`, `label = value`, `label=value` or `label: value`. What stands before the last colon of a
    label, as in `pass 1: a.grad`, may stand once at the beginning of the line.
    """
    spots: list[tuple[int, int, str]] = []
    at, before = 0, ""
    for label in labels:
        head, _, name = label.rpartition(": ")
        found = _named(label).search(printed, at)
        if not found and head and head == before:
            found = _named(name).search(printed, at)
        if found:
            spots.append((*found.span(), label))
            at, before = found.end(), head
    ends = [begin for begin, _, _ in spots[1:]] + [len(printed)] * bool(spots)
    texts = {label: printed[end:until].rstrip() for (_, end, label), until in zip(spots, ends, strict=True)}
    return texts, printed[: spots[0][0]] if spots else printed


def _named(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(label)}(?: = |=|: | |\n)")


def same(printed: str, actual: Any) -> bool:
    """Return whether a printed value is the one that a report holds, at the precision that is shown.

    A text is printed below its label, whose first line may begin with spaces.
    """
    if isinstance(actual, str) and "\n" in actual:
        return [line.rstrip() for line in printed.split("\n")] == actual.split("\n")
    printed = printed.strip()
    try:
        value = parsed(printed)
    except (ValueError, SyntaxError):
        value = printed
    return _same(value, actual) or isinstance(actual, str) and _same_words(printed, actual)


def _same_words(printed: str, actual: str) -> bool:
    """Return whether a text is printed as it stands, quoted, or as the repr that the report shows with its type."""
    shown = re.sub(r" \(an? \w+\)$", "", actual)
    plain = re.sub(r" at 0x[0-9a-f]+", "", printed)
    return plain.strip("'\"") in (actual.strip("'\""), shown, re.sub(r" at 0x[0-9a-f]+", "", shown).strip("'\""))


def parsed(text: str) -> Any:
    """Return a printed value: numbers, None, booleans and texts in lists; arrays and tensors become lists."""
    try:
        return _value(ast.parse(text.strip(), mode="eval").body)
    except (ValueError, SyntaxError):
        pass
    text = re.sub(r"\bnp\.\w+\(([^()]*)\)", r"\1", text)
    text = re.sub(r"\b(?:array|tensor)\(", "(", text)
    text = re.sub(r", (?:dtype|requires_grad|grad_fn|shape|size)=(?:\([^()]*\)|[^,()]*)", "", text)
    text = re.sub(r"(?<=[\d.\]])\s+(?=[-\d\[]|nan|inf)", ", ", text)
    tree = ast.parse(re.sub(r"\s+", " ", text.strip()), mode="eval")
    return _value(tree.body)


def _value(node: ast.expr) -> Any:
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand)
        return f"-{inner}" if isinstance(inner, str) else -inner
    if isinstance(node, ast.Name) and node.id in _WORDS:
        return _WORDS[node.id]
    if isinstance(node, ast.Constant):
        return node.value
    raise ValueError(ast.dump(node))


def _same(printed: Any, actual: Any) -> bool:
    if isinstance(actual, dict) and "tuple" in actual:
        actual = actual["tuple"]
    if isinstance(actual, list):
        if _CUT in actual:
            cut = actual.index(_CUT)
            return isinstance(printed, list) and _same(printed[:cut], actual[:cut])
        return (
            isinstance(printed, list)
            and len(printed) == len(actual)
            and all(_same(mine, theirs) for mine, theirs in zip(printed, actual, strict=True))
        )
    if isinstance(actual, bool) or isinstance(printed, bool) or actual is None:
        return printed is actual
    if isinstance(actual, (int, float)) and isinstance(printed, (int, float)):
        close = abs(printed - actual) <= 1e-9 * max(abs(printed), abs(actual))
        return close or value_text(float(printed)) == value_text(float(actual))
    return bool(printed == actual)
