"""A stub and its solution woven into the cells of one notebook, which nbgrader turns back into the stub.

Each hole of the stub (`raise NotImplementedError`) becomes a solution region that holds what the solution has in its
place. Clearing the regions gives the stub again, line for line, so notebook and file ask for the same work.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.errors import CourseError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HOLE = "raise NotImplementedError"
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Piece:
    """The source of one code cell.

    Attributes:
        name: Of the class or function it defines; `setup` for what stands before the first, `given` for the rest.
        source: Python text, without a newline at the end.
        answer: Whether the student writes in it, which is whether it has a solution region.
    """

    name: str
    source: str
    answer: bool


@dataclass(frozen=True)
class _Source:
    """A parsed file."""

    name: str
    lines: Sequence[str]
    body: Sequence[ast.stmt]

    @classmethod
    def read(cls, name: str, text: str) -> _Source:
        try:
            return cls(name, text.split("\n"), ast.parse(text).body)
        except SyntaxError as error:
            raise CourseError(f"{name}, line {error.lineno}: {error.msg}.", "Correct it and run again.") from None

    def text(self, first: int, last: int) -> list[str]:
        """Return the lines `first` to `last`, both counted from 1 and included."""
        return list(self.lines[first - 1 : last])


def weave(name: str, stub: str, solution: str) -> list[Piece]:
    """Return the code cells of an exercise.

    Args:
        name: File name, for error messages.
        stub: Text of the file that students get.
        solution: Text of the finished file: the stub with every hole filled. It may have helpers of its own directly
            after a function that fills a hole.

    Raises:
        CourseError: the two do not fit.
    """
    given, finished = _Source.read(f"exercises/{name}", stub), _Source.read(f"solutions/{name}", solution)
    regions = _regions(given, finished)
    if not regions:
        raise CourseError(f"exercises/{name} has no hole left.", f"Put the stub back: leafgrad reset {name[:4]}.")
    pieces = []
    for title, first, last in _spans(given):
        source = _filled(given, first, last, regions)
        pieces.append(Piece(title, source, BEGIN in source))
    return pieces


def stub_pieces(name: str, stub: str) -> list[Piece]:
    """Return the code cells of a stub, its holes left open.

    Raises:
        CourseError: the stub is no Python.
    """
    given = _Source.read(f"exercises/{name}", stub)
    texts = ((title, "\n".join(given.text(first, last)).strip("\n")) for title, first, last in _spans(given))
    return [Piece(title, text, HOLE in text) for title, text in texts]


def answer_names(name: str, stub: str) -> list[str]:
    """Return the names of the pieces of a stub that have a hole.

    Raises:
        CourseError: the stub is no Python.
    """
    return [piece.name for piece in stub_pieces(name, stub) if piece.answer]


def docstring(name: str, stub: str) -> str:
    """Return the module docstring of a stub, empty when it has none."""
    return ast.get_docstring(ast.Module(list(_Source.read(f"exercises/{name}", stub).body), [])) or ""


def _spans(source: _Source) -> Iterator[tuple[str, int, int]]:
    """Yield (name, first line, last line) of each cell; comments belong to what follows them."""
    body = list(source.body)
    begin = 1
    if body and _is_docstring(body[0]):
        begin = (body.pop(0).end_lineno or 0) + 1
    loose: tuple[int, int] | None = None
    loose_name = "setup"
    used: dict[str, int] = {}
    for node in body:
        last = node.end_lineno or node.lineno
        if isinstance(node, (*_Function, ast.ClassDef)):
            if loose:
                yield _unique(loose_name, used), *loose
            loose, loose_name = None, "given"
            yield _unique(node.name, used), begin, last
        else:
            loose = (loose[0] if loose else begin, last)
        begin = last + 1
    if loose:
        yield _unique(loose_name, used), *loose


def _unique(name: str, used: dict[str, int]) -> str:
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}-{used[name]}"


def _filled(source: _Source, first: int, last: int, regions: dict[int, list[str]]) -> str:
    """Return the stub's lines with each hole replaced by its region."""
    lines: list[str] = []
    for number in range(first, last + 1):
        lines += regions.get(number, [source.lines[number - 1]])
    return "\n".join(lines).strip("\n")


def _regions(stub: _Source, solution: _Source) -> dict[int, list[str]]:
    """Return line of each hole to the lines of its region."""
    regions = dict(_holes(stub, solution, stub.body, solution.body))
    for line, extra in _extras(stub, solution, stub.body, solution.body):
        regions[line][-1:-1] = ["", *extra]
    return regions


def _holes(
    stub: _Source, solution: _Source, given: Sequence[ast.stmt], finished: Sequence[ast.stmt]
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, region) of the holes among `given`, those in classes included."""
    partners = {_identity(node): node for node in finished}
    for node in given:
        partner = partners.get(_identity(node))
        if isinstance(node, ast.ClassDef) and partner is not None and not _fits(node, partner):
            if (last := _ending_hole(node)) is None:
                raise CourseError(
                    f"{solution.name} builds {node.name} in another way than {stub.name}, where it ends in no hole.",
                    "Put a method with a hole last.",
                )
            yield last.lineno, _region(last, [f"{' ' * last.col_offset}{HOLE}"])
        elif isinstance(node, ast.ClassDef) and isinstance(partner, ast.ClassDef):
            yield from _holes(stub, solution, node.body, partner.body)
        elif (hole := _hole(node)) is not None and isinstance(node, _Function):
            if not isinstance(partner, _Function):
                raise CourseError(f"{solution.name} does not define {node.name}, which is a hole of {stub.name}.")
            yield hole.lineno, _region(hole, _answer(solution, node.body, partner))


def _region(hole: ast.Raise, lines: Sequence[str]) -> list[str]:
    indent = " " * hole.col_offset
    return [f"{indent}{BEGIN}", *lines, f"{indent}{END}"]


def _fits(node: ast.stmt, partner: ast.stmt) -> bool:
    """Return whether the holes of a class can be filled one by one: same header, and a partner for each hole.

    Where they cannot, the class of the solution follows the stub's in one region, and replaces it when it runs.
    """
    if not (isinstance(node, ast.ClassDef) and isinstance(partner, ast.ClassDef)):
        return True
    if [ast.dump(base) for base in node.bases] != [ast.dump(base) for base in partner.bases]:
        return False
    methods = {found.name for found in partner.body if isinstance(found, _Function)}
    return all(found.name in methods for found in node.body if isinstance(found, _Function) and _hole(found))


def _answer(solution: _Source, given: Sequence[ast.stmt], partner: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Return what a solution has in the place of the hole that ends `given`."""
    shared = 0
    while shared < len(given) - 1 and ast.dump(given[shared]) == ast.dump(partner.body[shared]):
        shared += 1
    begin = (partner.body[shared - 1].end_lineno or 0) + 1 if shared else partner.body[0].lineno
    answer = solution.text(begin, partner.end_lineno or begin)
    while answer and not answer[0].strip():
        answer.pop(0)
    return answer


def _extras(
    stub: _Source, solution: _Source, given: Sequence[ast.stmt], finished: Sequence[ast.stmt]
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line of a hole, lines) of what only the solution has: helpers, imports, attributes.

    They go into the hole that ends the definition before them, else the first that ends one, at the same level; what
    stands in classes comes first, since a class ends before what follows it.
    """
    partners = {_identity(node): node for node in finished}
    for node in given:
        partner = partners.get(_identity(node))
        if isinstance(node, ast.ClassDef) and isinstance(partner, ast.ClassDef) and _fits(node, partner):
            yield from _extras(stub, solution, node.body, partner.body)
    known = {_identity(node) for node in given if _fits(node, partners.get(_identity(node), node))}
    ends = {_identity(node): hole.lineno for node in given if (hole := _ending_hole(node)) is not None}
    holder = next(iter(ends.values()), 0)
    for node in finished:
        identity = _identity(node)
        holder = ends.get(identity, holder)
        if identity not in known and not _is_docstring(node):
            begin = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
            lines = solution.text(begin, node.end_lineno or node.lineno)
            if not holder:
                raise CourseError(
                    f"{solution.name}, line {begin}: {lines[0].strip()!r} is not in {stub.name}, "
                    "where no definition at that level ends in a hole that could hide it.",
                    "Give it in the stub, or write it inside a function.",
                )
            yield holder, lines


def _ending_hole(node: ast.stmt) -> ast.Raise | None:
    """Return the hole with which a function ends, or the last method of a class."""
    return _ending_hole(node.body[-1]) if isinstance(node, ast.ClassDef) else _hole(node)


def _hole(node: ast.AST) -> ast.Raise | None:
    """Return the hole that ends a function of a stub, None when it is complete."""
    last = node.body[-1] if isinstance(node, _Function) else None
    return last if isinstance(last, ast.Raise) and ast.unparse(last).startswith(HOLE) else None


def _identity(node: ast.stmt) -> str:
    """Return what makes two statements of stub and solution the same: the name, or else the whole statement."""
    return node.name if isinstance(node, (*_Function, ast.ClassDef)) else ast.dump(node)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
