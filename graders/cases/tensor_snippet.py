"""Cases on arrays written as Python: what a student pastes under the own file to see the numbers of a report."""

from __future__ import annotations

from typing import Any

from graders.cases.tensor_ops import listed, text

_COMPOSABLE = frozenset({"sub", "div", "neg", "mean", "pow"})
"""Operations that engines often make from other operations, so that the result's closure alone is not the whole way."""


def written(case: Any, play: str) -> str:
    """Return the source for one case of `graders.cases.tensor`, as the player `play` acts it out."""
    kind = type(case).__name__
    if kind == "Unbroadcast":
        lines = ["import numpy as np", "", f"grad = {array(case.grad)}", f"print(unbroadcast(grad, {case.shape!r}))"]
    elif kind == "LossCall":
        lines = _LOSSES[play](case)
    elif play == "memory":
        lines = _memory(case)
    elif play == "operands":
        lines = ["import numpy as np", "", *_leaves(case), *_steps(case), "print(out._prev)"]
    else:
        lines = _program(case, play)
    return "\n".join(lines) + "\n"


def array(value: Any) -> str:
    """Return an `Array` as a call of `np.array`."""
    dtype = "" if value.dtype == "float64" else f", dtype=np.{value.dtype}"
    return f"np.array({listed(nested(value.shape, value.data))}{dtype})" + (
        f".reshape({value.shape!r})" if 0 in value.shape else ""
    )


def nested(shape: tuple[int, ...], data: tuple[float, ...]) -> Any:
    """Return flat values as nested tuples of that shape."""
    if not shape:
        return data[0]
    step = len(data) // shape[0] if shape[0] else 0
    return tuple(nested(shape[1:], data[n * step : (n + 1) * step]) for n in range(shape[0]))


def _leaves(case: Any) -> list[str]:
    lines = []
    for name, leaf in zip(case.names, case.leaves, strict=False):
        value = repr(leaf.array.data[0]) if leaf.role == "number" else array(leaf.array)
        lines.append(f"{name} = Tensor({value})" if leaf.role == "tensor" else f"{name} = {value}")
    return lines


def _steps(case: Any) -> list[str]:
    names, first = case.names, len(case.leaves)
    return [
        f"{names[first + n]} = {text(op, [names[index] for index in operands], params)}"
        for n, (op, operands, params) in enumerate(case.plan)
    ]


def _program(case: Any, play: str) -> list[str]:
    lines = ["import numpy as np", "", *_leaves(case), *_steps(case)]
    if play == "dtypes":
        lines += ["print(out.data.dtype, out.data.shape)"]
    else:
        lines += ["print('out.data =', out.data)"]
    for name, leaf in zip(case.names, case.leaves, strict=False):
        if leaf.preload is not None:
            held = type(leaf.array)(leaf.array.shape, leaf.preload, leaf.array.dtype)
            lines.append(f"{name}.grad = {array(held)}  # already there")
    lines += _closures(case)
    for index in case.observed:
        name = case.names[index]
        shown = f"{name}.grad.dtype, {name}.grad.shape" if play == "dtypes" else f"{name}.grad"
        lines.append(f"print('{name}.grad =', {shown})")
    return lines


def _closures(case: Any) -> list[str]:
    """Return the lines that run the closures, from the result on."""
    if len(case.steps) > 1:
        walk = ["from graders.players.tensor_engine import walk_back", ""]
        return [*walk, f"walk_back(out, {array(case.upstream)})"]
    lines = [f"out.grad = {array(case.upstream)}", "out._backward()"]
    if case.steps[0].op in _COMPOSABLE:
        lines += ["for node in out._prev:  # when the operation is made of others", "    node._backward()"]
    return lines


def _memory(case: Any) -> list[str]:
    first, second = case.names[0], [case.names[index] for index in case.steps[0].operands]
    tensors = [name for name, leaf in zip(case.names, case.leaves, strict=False) if leaf.role == "tensor"]
    operands = [first, *("other" for _ in second[1:])] if len(set(second)) > 1 else second
    again = text(case.steps[0].op, operands, dict(case.steps[0].params))
    lines = ["import numpy as np", "", *_leaves(case), *_steps(case)]
    lines += [f"upstream = {array(case.upstream)}", "out.grad = upstream", "out._backward()"]
    lines += ["print(" + ", ".join(f"{name}.data, {name}.grad" for name in tensors) + ", upstream)", ""]
    if "other" in operands:
        lines.append(f"other = Tensor({array(case.leaves[1].array)})")
    lines += [f"more = {again}", "more.grad = upstream.copy()", "more._backward()"]
    kept = [f"{name}.grad" for name in tensors[1:]] + ["upstream"]
    return [*lines, f"print({', '.join(kept)})  # as before: only {first}.grad received something"]


def _call(case: Any, reduction: str | None, pred: str = "pred", target: str = "target") -> str:
    keyword = "" if reduction is None else f", reduction={reduction!r}"
    return f"{case.loss}({pred}, {target}{keyword})"


def _inputs(case: Any) -> list[str]:
    target = array(case.target)
    return [
        "import numpy as np",
        "",
        f"pred = Tensor({array(case.pred)})",
        f"target = Tensor({target})" if case.role == "tensor" else f"target = {target}",
    ]


def _walked(case: Any) -> list[str]:
    return ["", "from graders.players.tensor_engine import walk_back", "", f"walk_back(loss, {array(case.upstream)})"]


def _loss(case: Any) -> list[str]:
    call = f"loss = {_call(case, case.reduction)}"
    return [*_inputs(case), call, "print('loss.data =', loss.data)", *_walked(case), "print('pred.grad =', pred.grad)"]


def _sides(case: Any) -> list[str]:
    return [*_loss(case), "print('target.grad =', target.grad)"]


def _reduction(case: Any) -> list[str]:
    rows = "[n : n + 1]" if case.loss == "cross_entropy" else ".reshape(-1)[n : n + 1]"
    size = case.pred.shape[0] if case.loss == "cross_entropy" else len(case.pred.data)
    lines = _loss(case)
    for name in dict.fromkeys((case.reduction, None)):
        alone = _call(case, name, f"Tensor(pred.data{rows})", f"target{rows}")
        how = "by default" if name is None else name
        lines.append(f"print('each alone, {how}:', [{alone}.data for n in range({size})])")
    return lines


def _share(case: Any) -> list[str]:
    held = array(type(case.pred)(case.pred.shape, case.preload, case.pred.dtype))
    return [*_inputs(case), f"pred.grad = {held}  # already there", *_loss(case)[len(_inputs(case)) :]]


def _unknown(case: Any) -> list[str]:
    return [*_inputs(case), f"{_call(case, case.reduction)}  # torch raises ValueError"]


_LOSSES = {"loss": _loss, "sides": _sides, "reduction": _reduction, "share": _share, "unknown": _unknown}
