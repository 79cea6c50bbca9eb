"""The operations of a tensor program, one row for each: how it is written, and how it is applied to what holds arrays.

The same rows serve student tensors and torch tensors, because the exercise uses torch's names. A worker holds them, so
they know no value and no gradient: those are in `players/tensor_rules.py`, under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graders.cases.notation import OPERATORS, written


class TensorOp(NamedTuple):
    """One operation.

    Attributes:
        name: Also the name of its method where Python has no operator for it.
        group: What its operands and its result have to do with each other, a heading of `TENSOR`'s rows.
        domain: What is drawn for an operand, a divisor where there are two: one of `ops.DOMAINS`.
        concepts: Ids of its concepts in ex04; empty for the one that is called like it.
        positional: The parameter whose items are its arguments; others are given as keywords.
    """

    name: str
    group: str
    domain: str = "any"
    concepts: tuple[str, ...] = ()
    positional: str = ""

    @property
    def operands(self) -> int:
        """How many arrays it takes."""
        return 2 if self.group in ("arithmetic", "products") else 1

    @property
    def method(self) -> str:
        """The method of the student's class."""
        if self.name in OPERATORS:
            return OPERATORS[self.name].method
        return "__getitem__" if self.name == "index" else self.name

    @property
    def steep(self) -> bool:
        """Whether its slopes grow without end near 0."""
        return self.domain in ("nonzero", "positive")


_ROWS = (
    TensorOp("add", "arithmetic"),
    TensorOp("sub", "arithmetic"),
    TensorOp("mul", "arithmetic"),
    TensorOp("div", "arithmetic", "nonzero"),
    TensorOp("relu", "pointwise", "smooth", ("pointwise",)),
    TensorOp("abs", "pointwise", "smooth", ("pointwise",)),
    TensorOp("exp", "pointwise", concepts=("pointwise",)),
    TensorOp("log", "pointwise", "positive", ("pointwise",)),
    TensorOp("sum", "reductions"),
    TensorOp("mean", "reductions"),
    TensorOp("max", "reductions"),
    TensorOp("reshape", "views", positional="shape"),
    TensorOp("transpose", "views", positional="dims"),
    TensorOp("index", "views", concepts=("indexing", "duplicate_indices")),
    TensorOp("matmul", "products", concepts=("matmul_2d", "matmul_1d", "matmul_batched")),
    TensorOp("neg", "operators", concepts=("sub",)),
    TensorOp("pow", "operators"),
)

TENSOR: Mapping[str, TensorOp] = {op.name: op for op in _ROWS}


def group(name: str) -> tuple[str, ...]:
    """Return the operations of a group, in the order of their rows."""
    return tuple(op.name for op in _ROWS if op.group == name)


ARITHMETIC, POINTWISE, REDUCTIONS = group("arithmetic"), group("pointwise"), group("reductions")


def apply(op: str, operands: list[Any], params: Mapping[str, Any], key: Callable[[Any], Any]) -> Any:
    """Return the result of one operation.

    Args:
        op: Name of the operation.
        operands: One or two of the student's tensors, torch tensors, arrays or numbers.
        params: Its parameters: `exponent`, `key`, `shape`, `dims`, or `dim` and `keepdim`.
        key: Turns the description of an index into what stands between the brackets.
    """
    if op in OPERATORS:
        return OPERATORS[op].apply(*operands, *params.values())
    x, positional = operands[0], TENSOR[op].positional
    if op == "index":
        return x[key(params["key"])]
    if op == "abs":
        return x.abs() if hasattr(x, "abs") else abs(x)
    return getattr(x, op)(*params[positional]) if positional else getattr(x, op)(**params)


def text(op: str, names: list[str], params: Mapping[str, Any]) -> str:
    """Return the operation as Python source, on operands of these names."""
    if op in OPERATORS:
        return written(op, *names, *map(repr, params.values()))
    x, positional = names[0], TENSOR[op].positional
    if op == "index":
        return f"{x}[{', '.join(map(key_text, params['key']))}]"
    if positional:
        return f"{x}.{op}({', '.join(map(repr, params[positional]))})"
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
