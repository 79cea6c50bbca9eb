"""The operations of a tensor program: how each is written in Python and how it is applied to whatever holds arrays.

The same table serves student tensors and torch tensors, because the exercise uses torch's names.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

INFIX: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "add": ("+", operator.add),
    "sub": ("-", operator.sub),
    "mul": ("*", operator.mul),
    "div": ("/", operator.truediv),
    "matmul": ("@", operator.matmul),
}
"""Operators between two operands: symbol and function."""

METHODS = ("relu", "exp", "log", "abs", "sum", "mean", "max", "reshape", "transpose")
"""Operations written `x.name(...)`."""

POSITIONAL = {"reshape": "shape", "transpose": "dims"}
"""Methods whose arguments are the items of one parameter; the others take theirs as keywords."""


def apply(op: str, operands: list[Any], params: Mapping[str, Any], key: Callable[[Any], Any]) -> Any:
    """Return the result of one operation.

    Args:
        op: Name of the operation.
        operands: One or two of the student's tensors, torch tensors, arrays or numbers.
        params: Its parameters: `exponent`, `key`, `shape`, `dims`, or `dim` and `keepdim`.
        key: Turns the description of an index into what stands between the brackets.
    """
    if op in INFIX:
        return INFIX[op][1](operands[0], operands[1])
    x = operands[0]
    if op == "neg":
        return -x
    if op == "pow":
        return x ** params["exponent"]
    if op == "index":
        return x[key(params["key"])]
    if op == "abs":
        return x.abs() if hasattr(x, "abs") else abs(x)
    if op in POSITIONAL:
        return getattr(x, op)(*params[POSITIONAL[op]])
    return getattr(x, op)(**params)


def text(op: str, names: list[str], params: Mapping[str, Any]) -> str:
    """Return the operation as Python source, on operands of these names."""
    if op in INFIX:
        return f"{names[0]} {INFIX[op][0]} {names[1]}"
    x = names[0]
    if op == "neg":
        return f"-{x}"
    if op == "pow":
        return f"{x} ** {params['exponent']!r}"
    if op == "index":
        return f"{x}[{', '.join(map(key_text, params['key']))}]"
    if op in POSITIONAL:
        return f"{x}.{op}({', '.join(map(repr, params[POSITIONAL[op]]))})"
    return f"{x}.{op}({', '.join(f'{name}={value!r}' for name, value in params.items())})"


def key_text(item: Any) -> str:
    """Return one item of an index as source: `1`, `0:2`, `...`, `None` or `np.array([0, 0])`."""
    if isinstance(item, tuple) and item[0] == "slice":
        start, stop, step = ("" if part is None else str(part) for part in item[1:])
        return f"{start}:{stop}" + (f":{step}" if step else "")
    if isinstance(item, tuple):
        return f"np.array({listed(item[1])})"
    return str(item)


def listed(value: Any) -> str:
    """Return nested tuples written as nested lists."""
    return f"[{', '.join(map(listed, value))}]" if isinstance(value, tuple) else repr(value)
