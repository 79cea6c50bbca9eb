"""A file that cannot be loaded: which line fails, the line itself, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graders import observation
from graders.observation import Observation
from graders.report import Obstacle

_LONGEST, _BEFORE = 72, 48
"""Characters of a line that are kept, and how many of them before the place where it fails."""

_MAIN = 'put it below `if __name__ == "__main__":`, which runs only when you start the file yourself.'
_SYNTAX = "Fix this line. If it looks right, look for the mistake in the line above it."
_TRIES = "This runs while the file is loaded. Fix it; if it only tries your code out, " + _MAIN
_ENDS = "This ends the program, and the grading with it. Remove it, or " + _MAIN
_FILES = "Only your exercise files are there when they are graded: no other file, no network. Remove it, or " + _MAIN

_ADVICE = {
    "TabError": "Tabs and spaces are mixed. Indent every line of the file with spaces, four for each level.",
    "IndentationError": "Fix the indentation of this line, or of the line above it.",
    "SyntaxError": _SYNTAX,
    "EOFError": "Nobody can type an answer while the file is graded. Remove it, or " + _MAIN,
    "SystemExit": _ENDS,
    "KeyboardInterrupt": _ENDS,
    "ModuleNotFoundError": "This module is not there when the file is graded. Remove the import, or " + _MAIN,
    "ImportError": "This cannot be imported when the file is graded. Remove the import, or " + _MAIN,
    "NotImplementedError": "The file calls code that is not written yet while it is loaded: " + _MAIN,
    "FileNotFoundError": _FILES,
    "PermissionError": _FILES,
    "OSError": _FILES,
    "gaierror": _FILES,
}
"""Name of an exception to what to do about it."""

_STATUS_ADVICE = {
    observation.TIMEOUT: "Training and other long work must not run every time the file is loaded: " + _MAIN,
    observation.MEMORY: "This line takes more memory than there is. Make it smaller, or " + _MAIN,
    observation.CRASHED: _ENDS,
}
_WORDS = (
    (r"^```", "This is a mark of Markdown around code: delete the lines that begin with ```."),
    (r"^(>>>|\.\.\.) ", "These are prompts that were copied along: delete >>> and ... at the beginning of each line."),
    (
        r"^<(!doctype|html|head|body|div)\b",
        "This is a web page, not Python: download the file itself (on GitHub: Raw).",
    ),
    (r"^\{\\rtf", "This is rich text, not Python: save the file as plain text."),
    (r"^version https://git-lfs", "This is a pointer of Git LFS, not the file: run `git lfs pull` and hand in again."),
    (r"^(<<<<<<<|=======|>>>>>>>)", "This is a mark of a git merge: keep one of the two versions, delete the marks."),
    (r"[“”‘’]", "These are curly quotes. Write straight ones: \" or '."),
    (r"\b(quit|exit)\(", _ENDS),
    (
        r"\bThread\b|\.start\(\)",
        "No thread can be started here. For a deep graph, walk with an explicit stack instead.",
    ),
)
"""What a line that fails may hold to what to do about it, for errors whose name does not tell."""

_THROUGH_A_FOLDER = (
    (re.compile(r"\b(from|import) +[\w.]*\.(ex\d+_\w+)"), r"\1 \2"),
    (re.compile(r"\bfrom +[\w.]+ +import +(ex\d+_\w+)"), r"import \1"),
)
"""Imports of an exercise through a folder, `from exercises.ex04_tensor_closures import Tensor`, to what is right."""

_NAMELESS = frozenset({"SyntaxError", "NameError", "RuntimeError"})


def obstacle_of(loaded: Observation, files: Mapping[str, bytes]) -> Obstacle | None:
    """Return what kept a file from being loaded, None when it was loaded.

    Args:
        loaded: What loading it showed.
        files: File name to source of the whole submission.
    """
    if loaded.status == observation.OK:
        return None
    code, caret = _line(files.get(loaded.file, b""), loaded)
    said = f"{loaded.error}: {loaded.text}" if loaded.error and loaded.text else loaded.error or loaded.text
    return Obstacle(says=said, file=loaded.file, line=loaded.line, code=code, caret=caret, advice=_advice(loaded, code))


def cannot_load(exercise: str, obstacle: Obstacle) -> str:
    """Return the sentences on a file that cannot be loaded: why, where, and what to do."""
    where = f" ({place(obstacle)})" if place(obstacle) else ""
    return f"{exercise}.py cannot be loaded: {obstacle.says}{where}. {obstacle.advice}".rstrip()


def place(obstacle: Obstacle) -> str:
    """Return `"ex02_closures.py, line 12"`, or as much of it as is known."""
    return f"{obstacle.file}, line {obstacle.line}" if obstacle.file and obstacle.line else obstacle.file


def _line(source: bytes, loaded: Observation) -> tuple[str, int]:
    """Return the line that fails, without its indentation and cut where it is long, and the column in it."""
    lines = source.decode("utf-8", "replace").splitlines()
    if not 0 < loaded.line <= len(lines):
        return "", 0
    whole = lines[loaded.line - 1]
    text = whole.strip()
    column = next((field for field in reversed(loaded.fields) if type(field) is int), -1)
    caret = min(max(column - (len(whole) - len(whole.lstrip())), 0), len(text))
    begin = max(0, caret - _BEFORE) if len(text) > _LONGEST else 0
    return text[begin : begin + _LONGEST].replace("\t", " "), caret - begin


def _from_no_folder(line: str) -> str:
    """Return a line that imports an exercise through its folder as it should read; empty for all other lines."""
    return next((found.sub(right, line) for found, right in _THROUGH_A_FOLDER if found.search(line)), "")


def _advice(loaded: Observation, code: str) -> str:
    own = re.search(r"No module named '(ex\d\d_\w+)'", loaded.text)
    if own:
        return f"Hand in {own[1]}.py as well, or remove the import."
    if loaded.error in ("ModuleNotFoundError", "ImportError") and (line := _from_no_folder(code)):
        return f"Your files lie side by side when they are graded, in no folder. Write: {line}"
    if loaded.error in _NAMELESS:
        if "non-printable character" in loaded.text:
            return "An invisible character stands here: delete it, and type a space if one belongs there."
        found = next((advice for pattern, advice in _WORDS if re.search(pattern, code, re.IGNORECASE)), "")
        if found:
            return found
    if "null bytes" in loaded.text and loaded.error == "SyntaxError":
        return "The file holds bytes that are not text: save it again as UTF-8."
    known = _ADVICE.get(loaded.error) or _STATUS_ADVICE.get(loaded.status)
    return known or (_TRIES if loaded.line else "")
