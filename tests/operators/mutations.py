"""Operator mutants: every small edit of a solution's syntax tree that a table of rules allows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMMUTES = (ast.Add, ast.Mult)
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.Continue, ast.Break, ast.Return)
Fields = dict[str, object]
_SILENT = {"__repr__"}
"""Methods whose results nobody judges."""


@dataclass(frozen=True)
class OperatorMutant:
    """A wrong version of a solution.

    Attributes:
        id: Function, and its line before and after: stable as long as these are.
        source: The whole file.
    """

    id: str
    source: str


def mutants(source: str, given: str = "") -> list[OperatorMutant]:
    """Return every mutant of a source, each text once.

    Args:
        source: The solution.
        given: Its stub; what stands there as it is here is nobody's answer, and stays.
    """
    tree = ast.parse(source)
    known = {ast.dump(node) for node in ast.walk(ast.parse(given)) if isinstance(node, ast.stmt)}
    plain = ast.unparse(tree)
    seen, found = {plain}, {}
    for place, change in _edits(tree, known):
        text = change()
        if text not in seen:
            seen.add(text)
            name = f"{place}: {_difference(plain, text)}"
            while name in found:
                name += " again"
            found[name] = OperatorMutant(name, text)
    return list(found.values())


def _difference(before: str, after: str) -> str:
    old, new = before.split("\n"), after.split("\n")
    first = next(at for at, (one, other) in enumerate(zip([*old, ""], [*new, ""], strict=False)) if one != other)
    last = next(at for at, (one, other) in enumerate(zip(old[::-1], new[::-1], strict=False)) if one != other)
    gone, come = old[first : max(first, len(old) - last)], new[first : max(first, len(new) - last)]
    return f"{' / '.join(line.strip() for line in gone)} -> {' / '.join(line.strip() for line in come)}"


def _edits(tree: ast.Module, known: Set[str]) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield the place of each edit, and what returns the text of the edited file."""
    for place, node in _judged(tree, "", known):
        for fields in (*_rules(node), *_statements(node, known)):
            yield place, partial(_written, tree, node, fields)


def _written(tree: ast.Module, node: ast.AST, fields: Fields) -> str:
    held = {field: getattr(node, field) for field in fields}
    for field, value in fields.items():
        setattr(node, field, value)
    ast.fix_missing_locations(node)
    text = ast.unparse(tree)
    for field, value in held.items():
        setattr(node, field, value)
    return text


def _judged(tree: ast.AST, place: str, known: Set[str]) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node with its function; not what is known, annotations, texts, imports, what only shows a value."""
    if isinstance(tree, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
        return
    if isinstance(tree, ast.stmt) and ast.dump(tree) in known:
        return
    if isinstance(tree, (ast.FunctionDef, ast.ClassDef)):
        place = f"{place}.{tree.name}" if place else tree.name
        if tree.name in _SILENT:
            return
    yield place, tree
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "bases", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _judged(child, place, known)


def _statements(node: ast.AST, known: Set[str]) -> Iterator[Fields]:
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        for at, statement in enumerate(block if isinstance(block, list) else ()):
            if ast.dump(statement) in known or _docstring(statement):
                continue
            if isinstance(statement, ast.AugAssign):
                yield {field: _with(block, at, ast.Assign([statement.target], statement.value))}
            if isinstance(statement, _DELETED):
                yield {field: _with(block, at) or ([ast.Pass()] if field == "body" else [])}


def _rules(node: ast.AST) -> Iterator[Fields]:
    """Yield the fields that an edit gives other values."""
    if isinstance(node, ast.BinOp):
        yield {"op": _BINARY.get(type(node.op), ast.Add)()}
        if not isinstance(node.op, _COMMUTES):
            yield {"left": node.right, "right": node.left}
        yield {"right": node.left}
    elif isinstance(node, ast.AugAssign):
        yield {"op": _BINARY.get(type(node.op), ast.Add)()}
    elif isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in _COMPARE[type(operator)]:
                yield {"ops": _with(node.ops, place, other())}
    elif isinstance(node, ast.BoolOp):
        yield {"op": ast.Or() if isinstance(node.op, ast.And) else ast.And()}
        for value in node.values:
            yield {"values": [value, value]}
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    yield from _conditions(node)
    for field in ("value", "operand", "left", "right", "elt"):
        child = getattr(node, field, None)
        if isinstance(child, ast.UnaryOp) and isinstance(child.op, (ast.USub, ast.Not)):
            yield {field: child.operand}
    for place, child in enumerate(node.values if isinstance(node, ast.BoolOp) else ()):
        if isinstance(child, ast.UnaryOp) and isinstance(child.op, ast.Not):
            yield {"values": _with(node.values, place, child.operand)}


def _with(items: Sequence[object], place: int, *instead: object) -> list[object]:
    return [*items[:place], *instead, *items[place + 1 :]]


def _constants(node: ast.Constant) -> Iterator[Fields]:
    if isinstance(node.value, bool):
        yield {"value": not node.value}
    elif isinstance(node.value, (int, float)):
        yield from ({"value": node.value + 1}, {"value": node.value - 1})


def _calls(node: ast.Call) -> Iterator[Fields]:
    for place in range(len(node.args) - 1):
        yield {"args": _with(_with(node.args, place, node.args[place + 1]), place + 1, node.args[place])}
    for place in range(len(node.keywords)):
        yield {"keywords": _with(node.keywords, place)}


def _conditions(node: ast.AST) -> Iterator[Fields]:
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield {"test": ast.UnaryOp(ast.Not(), node.test)}
    elif isinstance(node, ast.comprehension):
        for place, test in enumerate(node.ifs):
            yield {"ifs": _with(node.ifs, place, ast.UnaryOp(ast.Not(), test))}
            yield {"ifs": _with(node.ifs, place)}


def _docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
