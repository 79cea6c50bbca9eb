"""The source of what is defined in a running kernel: the cells that ran, in the order in which they ran."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from graders.submission.ipython import python_lines


def kernel_source(shell: Any) -> tuple[bytes, list[str]]:
    """Return the code of the cells that ran in a kernel, and the lines of them that are no plain Python.

    Args:
        shell: The `InteractiveShell` of the kernel.
    """
    cells = list(enumerate(shell.history_manager.input_hist_raw))[1:]
    texts, taken = [], []
    for number, cell in in_force(cells):
        lines, magics = python_lines(cell)
        if all(line.strip()[:1] in ("", "#") or line.startswith("pass  #") for line in lines):
            taken += magics
            continue  # a cell that only asks for points is no part of the work, which is graded once for all of them
        texts.append(f"# %% cell [{number}]\n" + "\n".join(lines).rstrip() + "\n")
        taken += magics
    return "\n".join(texts).encode("utf-8", "backslashreplace"), taken


def in_force(cells: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the cells without those whose effect a later one has replaced.

    Dropped are cells that ran again with the same text, and cells that only define classes and functions all of which
    a later cell defines anew: earlier versions of the same work. Cells that are no Python define nothing.

    Args:
        cells: (execution number, text) of each cell that ran.
    """
    kept: list[tuple[int, str]] = []
    texts: set[str] = set()
    defined: set[str] = set()
    for number, text in reversed(cells):
        names = _definitions(text)
        if not text.strip() or text in texts or (names is not None and names and names <= defined):
            continue
        texts.add(text)
        defined |= names or _defined_among_others(text)
        kept.append((number, text))
    return kept[::-1]


def _definitions(text: str) -> set[str] | None:
    """Return the names of the classes and functions of a cell that has nothing else, None for other cells."""
    body = _body(text)
    return _names(body) if body and all(isinstance(node, _DEFINES) for node in body) else None


def _defined_among_others(text: str) -> set[str]:
    return _names(_body(text) or [])


_DEFINES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _names(body: Iterable[ast.stmt]) -> set[str]:
    return {node.name for node in body if isinstance(node, _DEFINES)}


def _body(text: str) -> list[ast.stmt] | None:
    try:
        return ast.parse("\n".join(python_lines(text)[0])).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
