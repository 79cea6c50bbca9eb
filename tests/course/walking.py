"""The files a student has on the way from a stub to its solution: some holes filled, the others still open."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent


@dataclass(frozen=True)
class Exercise:
    """A stub and its solution.

    Attributes:
        stub: The stub's source.
        solution: The solution's.
        holes: What the student has to write: class attributes that only the solution has, then, in the stub's order,
            functions and methods that raise NotImplementedError; methods and attributes as `"Class.name"`.
    """

    stub: str
    solution: str
    holes: tuple[str, ...]

    def open(self, holes: Collection[str]) -> str:
        """Return the file in which just these holes are open: the stub, or the solution with pieces of the stub."""
        return self.stub if set(holes) == set(self.holes) else reopened(self.solution, self.stub, holes)

    def steps(self, order: Collection[str] = ()) -> Iterator[tuple[list[str], str]]:
        """Yield (holes still open, the file) from the stub to the solution, one hole less each time."""
        left = list(order or self.holes)
        while True:
            yield list(left), self.open(left)
            if not left:
                return
            del left[0]


def read_exercise(root: Path, exercise: str) -> Exercise:
    """Return an exercise of the course in a folder."""
    stub, solution = ((root / room / f"{exercise}.py").read_text() for room in ("exercises", "solutions"))
    pieces, wanted = definitions(stub), definitions(solution)
    attributes = [name for name, node in wanted.items() if isinstance(node, ast.Assign) and name not in pieces]
    open_ones = [name for name, node in pieces.items() if is_hole(node)]
    return Exercise(stub, solution, (*attributes, *open_ones))


def definitions(source: str) -> dict[str, ast.stmt]:
    """Return functions, methods and class attributes by name, methods and attributes as `"Class.name"`."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(inner, ast.FunctionDef):
                found[f"{node.name}.{inner.name}"] = inner
            elif isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
                found[f"{node.name}.{inner.targets[0].id}"] = inner
    return found


def is_hole(node: ast.stmt) -> bool:
    """Return whether a function is left for the student to write."""
    last = node.body[-1] if isinstance(node, ast.FunctionDef) else None
    return isinstance(last, ast.Raise) and isinstance(last.exc, ast.Name) and last.exc.id == "NotImplementedError"


def reopened(solution: str, stub: str, holes: Collection[str]) -> str:
    """Return the solution with the stub's text in place of some of its functions, methods and attributes.

    A method that the solution inherits is written into the class, where it hides the inherited one.
    """
    lines, old = solution.splitlines(), stub.splitlines()
    ours, theirs = definitions(solution), definitions(stub)
    ends = {node.name: node.end_lineno for node in ast.parse(solution).body if isinstance(node, ast.ClassDef)}
    edits = []
    for hole in holes:
        text = [""] + old[theirs[hole].lineno - 1 : theirs[hole].end_lineno] if hole in theirs else []
        if hole in ours:
            edits.append((ours[hole].lineno - 1, ours[hole].end_lineno, text[1:]))
        else:
            end = ends[hole.partition(".")[0]]
            edits.append((end, end, text))
    for begin, end, text in sorted(edits, key=lambda edit: edit[0], reverse=True):
        lines[begin:end] = text
    return "\n".join(lines) + "\n"


def completed(source: str, exercise: Exercise) -> str:
    """Return a source that ends in a class, with the solution's methods for the holes that it leaves out.

    They come without annotations, which a source that is not the solution may evaluate too early.
    """
    own, wanted = definitions(source), definitions(exercise.solution)
    missing = [wanted[hole] for hole in exercise.holes if "." in hole and hole not in own]
    for node in (node for method in missing for node in ast.walk(method)):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return source + "".join(f"\n{indent(ast.unparse(method), '    ')}\n" for method in missing)
