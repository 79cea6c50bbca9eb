"""Cases on arrays written as Python: what a student pastes under the own file to see the numbers of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graders.cases.tensor import LossCall, TensorCase
from graders.cases.tensor_ops import text
from graders.snippets import tensor_losses
from graders.snippets.scalar import below_text, remembered
from graders.snippets.tensor_arrays import array, shown


@dataclass(frozen=True)
class TensorStyle:
    """How a student's engine does one operation on arrays.

    Attributes:
        name: Of its class.
        operands: Attribute with the operands of a result.
        composed: Whether the result is made in several steps, so that its closure alone is not the whole way.
        narrow: Whether it stores float64 as float32.
        asked: Whether a tensor takes part only when made with `requires_grad=True`.
        odd: Whether a result remembers its operands in pairs.
        bare: Whether the result is no tensor: `"objects"` for an array of objects, `"other"` for anything else.
    """

    name: str = "Tensor"
    operands: str = "_prev"
    composed: bool = False
    narrow: bool = False
    asked: bool = False
    odd: bool = False
    bare: str = ""

    def tensor(self, text: str) -> str:
        """Return the call that makes a tensor."""
        return f"{self.name}({text}{', requires_grad=True' if self.asked else ''})"

    def gradient(self, value: Any) -> str:
        """Return a gradient as this engine expects it."""
        narrow = self.narrow and value.dtype == "float64"
        return array(type(value)(value.shape, value.data, "float32") if narrow else value)


def snippet(case: TensorCase, play: str, style: Sequence[Any] = ()) -> str:
    """Return Python that replays `case` under the student's own definitions and prints what is compared.

    Args:
        case: The case.
        play: What was done with it.
        style: What the play `style_of(play)` notes about the student's engine; empty for one like the course's.
    """
    return tensor_losses.written(case, play) if isinstance(case, LossCall) else _written(case, play, style)


def style_of(play: str) -> str:
    """Return the play that notes how a student's engine is used; empty where the engine is the grader's."""
    return "tensor_style" if play in ("closure", "extended", "dtypes", "operands", "memory") else ""


def _written(case: Any, play: str, style: Sequence[Any] = ()) -> str:
    """Return the source for one program or `Unbroadcast`, as the player `play` acts it out."""
    if type(case).__name__ == "Unbroadcast":
        lines = _unbroadcast(case)
    else:
        lines = {"memory": _memory, "operands": _operands, "dtypes": _dtypes}.get(play, _program)(
            case, TensorStyle(*style)
        )
    return "\n".join(["import numpy as np", "", *lines])


def _unbroadcast(case: Any) -> list[str]:
    return [
        f"grad = {array(case.grad)}",
        shown("unbroadcast(grad, shape)", f"unbroadcast(grad, {case.shape!r})"),
        f'print("grad unchanged", np.array_equal(grad, {array(case.grad)}))',
    ]


def _leaves(case: Any, style: TensorStyle) -> list[str]:
    lines = []
    used = {operand for step in case.steps for operand in step.operands}
    for number, (name, leaf) in enumerate(zip(case.names, case.leaves, strict=False)):
        if leaf.role == "number" and number not in used:
            continue
        value = repr(leaf.array.data[0]) if leaf.role == "number" else array(leaf.array)
        lines.append(f"{name} = {style.tensor(value) if leaf.role == 'tensor' else value}")
    return lines


def _steps(case: Any) -> list[str]:
    names, first = case.names, len(case.leaves)
    return [
        f"{names[first + n]} = {text(op, [names[index] for index in operands], params)}"
        for n, (op, operands, params) in enumerate(case.plan)
    ]


def _made(case: Any, style: TensorStyle) -> list[str]:
    below = [*_below(style), ""] if style.composed else []
    return [*below, *_leaves(case, style), *_steps(case)]


def _below(style: TensorStyle) -> list[str]:
    return below_text(f"node.{style.operands}").split("\n")[:-1]


def _program(case: Any, style: TensorStyle) -> list[str]:
    rows = [shown(f"{case.names[index]}.grad", f"{case.names[index]}.grad") for index in case.observed]
    return [*_made(case, style), *_guard(case, style), shown("out.data", "out.data"), *_sent(case, style), *rows]


def _guard(case: Any, style: TensorStyle) -> list[str]:
    """Return what is printed where an operator of numpy's has taken over and gives no tensor."""
    if not style.bare:
        return []
    objects = " of objects" if style.bare == "objects" else ""
    rows = ", ".join(f'"{case.names[index]}.grad", None' for index in case.observed)
    return [
        f"if not isinstance(out, {style.name}):",
        f'    print("out.data", f"{{type(out).__name__}}{objects}, not a Tensor", {rows})',
        "    return",
    ]


def _dtypes(case: Any, style: TensorStyle) -> list[str]:
    lines = [*_made(case, style), *_typed("out.data"), *_sent(case, style)]
    return [*lines, *(line for index in case.observed for line in _typed(f"{case.names[index]}.grad"))]


def _typed(name: str) -> list[str]:
    return [f'print("{name}.dtype", {name}.dtype)', f'print("{name}.shape", list({name}.shape))']


def _operands(case: Any, style: TensorStyle) -> list[str]:
    kept = "below(out)" if style.composed else f"out.{style.operands}"
    odd = style.odd and not style.composed
    return [*_made(case, style), *remembered(case.names[: len(case.leaves)], kept, "operands of out", odd)]


def _sent(case: Any, style: TensorStyle) -> list[str]:
    """Return the lines that set the gradients and run the closures, from the result on."""
    lines = ["for node in below(out):", "    node.grad = np.zeros_like(node.data)"] if style.composed else []
    for name, leaf in zip(case.names, case.leaves, strict=False):
        if leaf.preload is not None and (any(leaf.preload) or not style.composed):
            held = type(leaf.array)(leaf.array.shape, leaf.preload, leaf.array.dtype)
            lines.append(f"{name}.grad = {style.gradient(held)}  # already there")
    return [*lines, f"out.grad = {style.gradient(case.upstream)}", *_run(style, "out")]


def _run(style: TensorStyle, out: str) -> list[str]:
    if not style.composed:
        return [f"{out}._backward()"]
    return [f"for node in reversed(below({out})):", "    if node._backward: node._backward()"]


def _memory(case: Any, style: TensorStyle) -> list[str]:
    first = case.names[0]
    tensors = [name for name, leaf in zip(case.names, case.leaves, strict=False) if leaf.role == "tensor"]
    fresh = {name: f"{name}2" if place else name for place, name in enumerate(tensors)}
    again = text(
        case.steps[0].op, [fresh[case.names[index]] for index in case.steps[0].operands], dict(case.steps[0].params)
    )
    values = {name: array(leaf.array) for name, leaf in zip(case.names, case.leaves, strict=False)}
    lines = [*_made(case, style), f"out.grad = upstream = {array(case.upstream)}", *_run(style, "out")]
    lines += [f'print("{name}.data unchanged", np.array_equal({name}.data, {values[name]}))' for name in tensors]
    same = f"np.array_equal(upstream, {array(case.upstream)})"
    lines.append(f'print("out.grad unchanged", {same})')
    lines += [f"{name}_before = np.array({name}.grad)" for name in tensors[1:]]
    lines += [f"{fresh[name]} = {style.tensor(values[name])}" for name in tensors[1:]]
    lines += [f"more = {again}  # adds to {first}.grad", f"more.grad = {array(case.upstream)}", *_run(style, "more")]
    lines.append(f'print("out.grad unchanged later", {same})')
    return lines + [
        f'print("{name}.grad unchanged later", np.array_equal({name}.grad, {name}_before))' for name in tensors[1:]
    ]
