"""What torch gives for calls: gradients by autograd, descents by `torch.optim.SGD`."""

from __future__ import annotations

from functools import reduce
from typing import Any

import torch

from graders.cases.call import Apply, Call, labels, nudges
from graders.cases.formula import FLOAT_OPS

_OPS = {op: getattr(torch, op) for op in FLOAT_OPS}

DEFAULT_EPS = 1e-5


def slope(case: Call) -> dict[str, Any]:
    """The derivative along the nudged argument."""
    return _answers(case, "slope", _gradient(case)[case.arg or 0])


curve_slope = slope


def shrinking_error(case: Call) -> dict[str, Any]:
    """The derivative, which the slopes for smaller and smaller nudges approach."""
    return _answers(case, "shrinking_error", *[_gradient(case)[case.arg or 0]] * len(nudges(case)))


def nudge(case: Call) -> dict[str, Any]:
    """The distance that the call asked for."""
    return _answers(case, "nudge", DEFAULT_EPS if case.eps is None else case.eps)


def nudged_arguments(case: Call) -> dict[str, Any]:
    """The argument that the call asked for: along it torch differentiates, with all others held."""
    return _answers(case, "nudged_arguments", [case.arg or 0])


def gradient(case: Call) -> dict[str, Any]:
    """All partial derivatives; a partial derivative moves one argument at a time."""
    return _answers(case, "gradient", _gradient(case), 1)


def inputs_kept(case: Call) -> dict[str, Any]:
    """What every caller may rely on: an argument is only read."""
    return _answers(case, "inputs_kept", True, True)


def descent(case: Call) -> dict[str, Any]:
    """Where `torch.optim.SGD` ends after as many steps of backward and step."""
    leaves = _leaves(case)
    optimizer = torch.optim.SGD(leaves, lr=case.lr)
    for _ in range(case.steps):
        optimizer.zero_grad()
        _result(case, leaves).backward()
        optimizer.step()
    return _answers(case, "descent", [leaf.item() for leaf in leaves], True, True)


def function_value(case: Apply) -> dict[str, Any]:
    """What the function of torch's gives."""
    return _answers(case, "function_value", _applied(case, _leaves(case)).item())


def function_slope(case: Apply) -> dict[str, Any]:
    """Its derivative along the first argument."""
    leaves = _leaves(case)
    return _answers(case, "function_slope", torch.autograd.grad(_applied(case, leaves), leaves[0])[0].item())


def _applied(case: Apply, leaves: list[torch.Tensor]) -> torch.Tensor:
    first, *rest = case.torch.split(".")
    if first != "torch":
        raise ValueError(f"{case.torch} is no function of torch: write its name as torch.sigmoid")
    result: torch.Tensor = reduce(getattr, rest, torch)(*leaves)  # type: ignore[arg-type, operator]
    return result


def _answers(case: Call | Apply, play: str, *values: Any) -> dict[str, Any]:
    return dict(zip(labels(case, play), values, strict=True))


def _leaves(case: Call | Apply) -> list[torch.Tensor]:
    return [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in case.at]


def _result(case: Call, leaves: list[torch.Tensor]) -> torch.Tensor:
    result = case.f.values(leaves, _OPS)[-1]
    return result if isinstance(result, torch.Tensor) else torch.as_tensor(result, dtype=torch.float64)


def _gradient(case: Call) -> list[float]:
    leaves = _leaves(case)
    grads = torch.autograd.grad(_result(case, leaves), leaves, allow_unused=True)
    return [0.0 if grad is None else grad.item() for grad in grads]
