"""Scalar functions as data: formulas that a player calls, torch differentiates and a report prints."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graders.cases.notation import INFIX, OPERATORS

Step = tuple[str | int | float, ...]

_FROM_MATH = ("exp", "log", "tanh")
"""Functions of `math` that a formula may call, besides `abs`; torch has them under the same names."""

FLOAT_OPS: dict[str, Callable[..., float]] = {
    **{op: OPERATORS[op].apply for op in ("add", "sub", "mul", "div", "neg")},
    **{name: getattr(math, name) for name in _FROM_MATH},
    "abs": abs,
}

_STRENGTH = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3, "pow": 4}
_ATOM = 5
_PARSED: dict[type[ast.AST], str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}


@dataclass(frozen=True, slots=True)
class Formula:
    """A function of named numbers.

    Attributes:
        names: Names of the arguments; they are the values 0, 1, ...
        steps: Each appends one value: `("const", number)`, `("pow", i, exponent)`, or an operation with the positions
            of its operands, such as `("mul", 0, 3)`. The last value is the result.
    """

    names: tuple[str, ...]
    steps: tuple[Step, ...]

    def values(self, inputs: Sequence[Any], ops: Mapping[str, Callable[..., Any]] = FLOAT_OPS) -> list[Any]:
        """Return all values for these inputs, the result last; `ops` gives the meaning of each operation."""
        known = list(inputs)
        for op, *operands in self.steps:
            if op == "const":
                known.append(operands[0])
            elif op == "pow":
                known.append(known[operands[0]] ** operands[1])  # type: ignore[index]
            else:
                known.append(ops[op](*(known[i] for i in operands)))  # type: ignore[index]
        return known

    def __call__(self, *inputs: float) -> float:
        """Return the result for plain floats."""
        result: float = self.values(inputs)[-1]
        return result

    def source(self) -> str:
        """Return the formula as the definition of a Python function `f`."""
        uses = Counter(i for op, *operands in self.steps if op != "const" for i in _positions(op, operands))
        texts = [(name, _ATOM) for name in self.names]
        lines = []
        for position, step in enumerate(self.steps, start=len(self.names)):
            text, strength = _written(step, texts)
            if uses[position] > 1 and step[0] != "const":
                lines.append(f"    v{position} = {text}")
                text, strength = f"v{position}", _ATOM
            texts.append((text, strength))
        needed = sorted({str(step[0]) for step in self.steps} & set(_FROM_MATH))
        head = [f"from math import {', '.join(needed)}", ""] if needed else []
        return "\n".join([*head, f"def f({', '.join(self.names)}):", *lines, f"    return {texts[-1][0]}"])

    def wire(self) -> list[Any]:
        """Return nested lists that `formula_from` turns back."""
        return [list(self.names), [list(step) for step in self.steps]]


def formula_from(wire: Sequence[Any]) -> Formula:
    """Return the formula that `Formula.wire` described."""
    names, steps = wire
    return Formula(tuple(names), tuple(tuple(step) for step in steps))


def formula(names: str, text: str) -> Formula:
    """Return the formula that `text` writes in Python, such as `formula("x y", "3*x**2 + y**3")`.

    Raises:
        ValueError: `text` holds anything but the named arguments, numbers, operators and exp, log, tanh, abs.
    """
    arguments = tuple(names.split())
    steps: list[Step] = []

    def place(*step: str | int | float) -> int:
        steps.append(step)
        return len(arguments) + len(steps) - 1

    def read(node: ast.expr) -> int:
        match node:
            case ast.Name(id=name) if name in arguments:
                return arguments.index(name)
            case ast.Constant(value=int() | float() as number):
                return place("const", float(number))
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=int() | float() as exponent)):
                return place("pow", read(base), exponent)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _PARSED:
                return place(_PARSED[type(op)], read(left), read(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return place("neg", read(operand))
            case ast.Call(func=ast.Name(id=name), args=[argument]) if name in FLOAT_OPS:
                return place(name, read(argument))
        raise ValueError(f"{ast.unparse(node)!r} is not part of a formula in {names!r}")

    read(ast.parse(text, mode="eval").body)
    return Formula(arguments, tuple(steps))


def _positions(op: str | int | float, operands: Sequence[Any]) -> Sequence[int]:
    return operands[:1] if op == "pow" else operands


def _written(step: Step, texts: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """Return the text of one step and how strongly it binds."""
    op, *operands = step
    if op == "const":
        number = float(operands[0])
        return f"{number!r}", _ATOM if number >= 0 else _STRENGTH["neg"]
    strength = _STRENGTH.get(str(op), _ATOM)
    if op == "pow":
        return f"{_guarded(texts[int(operands[0])], _ATOM)}**{operands[1]!r}", strength
    if op == "neg":
        return f"-{_guarded(texts[int(operands[0])], strength + 1)}", strength
    if op not in INFIX:
        return f"{op}({texts[int(operands[0])][0]})", _ATOM
    left, right = (texts[int(operand)] for operand in operands)
    return _guarded(left, strength) + f" {INFIX[str(op)].sign} " + _guarded(right, strength + 1), strength


def _guarded(text: tuple[str, int], least: int) -> str:
    return text[0] if text[1] >= least else f"({text[0]})"
