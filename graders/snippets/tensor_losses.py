"""Losses of ex05 written as Python: what a student pastes under the own file to see the numbers of a report."""

from __future__ import annotations

from typing import Any

from graders.snippets import GIVEN
from graders.snippets.tensor_arrays import array, shown


def written(case: Any, play: str) -> str:
    """Return the source for one `LossCall`, as the player `play` acts it out."""
    return "\n".join([GIVEN, "import numpy as np", "", *_LOSSES[play](case)])


def _call(case: Any) -> str:
    keyword = "" if case.reduction is None else f', reduction="{case.reduction}"'
    return f"{case.loss}(pred, target{keyword})"


def _inputs(case: Any) -> list[str]:
    target = array(case.target)
    return [
        f"pred = Tensor({array(case.pred)})",
        f"target = Tensor({target})" if case.role == "tensor" else f"target = {target}",
    ]


def _back(case: Any) -> list[str]:
    return [
        *_inputs(case),
        f"loss = {_call(case)}",
        f"send_back(loss, {array(case.upstream)})",
    ]


def _one(case: Any) -> list[str]:
    """Return the call with one sample, whose loss may be an array of one."""
    return [*_back(case), 'print("loss.data", np.squeeze(loss.data).tolist())', shown("pred.grad", "pred.grad")]


def _several(case: Any) -> list[str]:
    return [*_back(case), shown("loss.data", "loss.data"), shown("pred.grad", "pred.grad")]


def _sides(case: Any) -> list[str]:
    return [*_back(case), shown("pred.grad", "pred.grad"), shown("target.grad", "target.grad")]


def _share(case: Any) -> list[str]:
    held = array(type(case.pred)(case.pred.shape, case.preload, case.pred.dtype))
    target = "target.data" if case.role == "tensor" else "target"
    return [
        *_inputs(case),
        f"pred.grad = {held}  # from an earlier loss",
        *_back(case)[2:],
        shown("pred.grad", "pred.grad"),
        f'print("pred.data unchanged", np.array_equal(pred.data, {array(case.pred)}))',
        f'print("target unchanged", np.array_equal({target}, {array(case.target)}))',
    ]


def _unknown(case: Any) -> list[str]:
    return [
        *_inputs(case),
        "try:",
        f"    {_call(case)}",
        '    print("raises", "nothing raised")',
        "except Exception as error:",
        '    print("raises", type(error).__name__)',
    ]


_LOSSES = {
    "loss": _one,
    "single": _one,
    "sides": _sides,
    "reduction": _several,
    "share": _share,
    "unknown": _unknown,
}
