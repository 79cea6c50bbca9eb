"""Losses of ex05 written as Python: what a student pastes under the own file to see the numbers of a report."""

from __future__ import annotations

from typing import Any

from graders.snippets import GIVEN
from graders.snippets.tensor_arrays import array, shown


def written(case: Any, play: str) -> str:
    """Return the source for one `LossCall`, as the player `play` acts it out."""
    return "\n".join([GIVEN, "import numpy as np", "", *_LOSSES[play](case)])


def _call(case: Any, reduction: str | None, pred: str = "pred", target: str = "target") -> str:
    keyword = "" if reduction is None else f", reduction={reduction!r}"
    return f"{case.loss}({pred}, {target}{keyword})"


def _inputs(case: Any, role: str = "") -> list[str]:
    target = array(case.target)
    return [
        f"pred = Tensor({array(case.pred)})",
        f"target = Tensor({target})" if (role or case.role) == "tensor" else f"target = {target}",
    ]


def _back(case: Any) -> list[str]:
    return [f"loss = {_call(case, case.reduction)}", f"send_back(loss, {array(case.upstream)})"]


def _loss(case: Any) -> list[str]:
    loss, back = _back(case)
    lines = [*_inputs(case), loss, "data = np.asarray(loss.data)", "if data.shape == (1,):", "    data = data[0]"]
    lines.append('print("loss.data", data.tolist())')
    return [*lines, back, shown("pred.grad", "pred.grad")]


def _single(case: Any) -> list[str]:
    """Return the loss of one sample, and the same under the other reductions."""
    return [
        f"target = {array(case.target)}",
        "def one(**how):",
        f"    pred = Tensor({array(case.pred)})",
        f"    loss = {case.loss}(pred, target, **how)",
        "    data = np.asarray(loss.data)",
        "    if data.shape == (1,):",
        "        data = data[0]",
        f"    send_back(loss, {array(case.upstream)})",
        "    return data.tolist(), np.asarray(pred.grad).tolist()",
        "data, grad = one()",
        'print("loss.data", data)',
        'print("pred.grad", grad)',
        "others = []",
        'for name in ("sum", "none"):',
        "    try:",
        "        others.append(one(reduction=name))",
        "    except Exception:  # that counts elsewhere",
        "        others.append((data, grad))",
        "def fitting(value, shape):",
        "    fits = np.shape(value) == shape",
        "    return value if fits else np.full(shape, np.nan).tolist()",
        'print("loss.data: sum, none",',
        "    [fitting(data, ()) for data, _ in others])",
        'print("pred.grad: sum, none",',
        f"    [fitting(grad, {case.pred.shape}) for _, grad in others])",
    ]


def _sides(case: Any) -> list[str]:
    lines = [*_inputs(case, "array"), *_back(case), "alone = pred.grad", *_inputs(case), *_back(case)]
    other = "target.grad if np.array_equal(pred.grad, alone) else alone"
    return [*lines, f"other = {other}", shown("pred.grad + target.grad", "pred.grad + other")]


def _reduction(case: Any) -> list[str]:
    flat = "" if case.loss == "cross_entropy" else ".reshape(-1)"
    size = case.pred.shape[0] if case.loss == "cross_entropy" else len(case.pred.data)
    keyword = "" if case.reduction is None else f", reduction={case.reduction!r}"
    ups = case.upstream.data if len(case.upstream.data) > 1 else case.upstream.data * size
    lines = [
        f"pred, target = {array(case.pred)}, {array(case.target)}",
        f"upstreams = {list(ups)!r}",
        "def one(n, **how):  # a batch of one sample",
        f"    single = Tensor(pred{flat}[n : n + 1])",
        f"    loss = {case.loss}(single, target{flat}[n : n + 1], **how)",
        "    send_back(loss, upstreams[n])",
        "    return np.sum(loss.data), single.grad",
        "def each(**how):  # the losses and gradients of all samples",
        f"    values, grads = zip(*[one(n, **how) for n in range({size})])",
        "    return np.array(values), np.concatenate(grads).reshape(pred.shape)",
        "def ratio(value, base):",
        "    same = np.shape(value) == np.shape(base)",
        "    return value / base if same else value",
        "whole = Tensor(pred)",
        f"loss = {case.loss}(whole, target{keyword})",
        f"send_back(loss, {array(case.upstream)})",
        f"values, grads = each({keyword.removeprefix(', ')})",
    ]
    if case.reduction == "none":
        lines += ["alone = values.sum()", "if np.size(loss.data) == values.size:"]
        lines.append("    alone = values.reshape(np.shape(loss.data))")
    else:
        lines.append("alone = values.sum()")
    lines += [
        "numbers = np.append(values, grads)  # to divide by",
        "assert numbers.all() and np.isfinite(numbers).all()",
        "losses = ratio(loss.data, alone)",
        shown("loss.data / single losses", "losses"),
        shown("pred.grad / single gradients", "ratio(whole.grad, grads)"),
    ]
    return [*lines, shown("loss of each sample alone", "values"), shown("gradient of each sample alone", "grads")]


def _share(case: Any) -> list[str]:
    held = array(type(case.pred)(case.pred.shape, case.preload, case.pred.dtype))
    target = "target.data" if case.role == "tensor" else "target"
    return [
        *_inputs(case),
        *_back(case),
        "sent = pred.grad",
        *_inputs(case),
        f"pred.grad = {held}  # already there",
        *_back(case),
        shown("pred.grad minus what this loss sends", "pred.grad - sent"),
        f'print("pred.data unchanged", np.array_equal(pred.data, {array(case.pred)}))',
        f'print("target unchanged", np.array_equal({target}, {array(case.target)}))',
    ]


def _unknown(case: Any) -> list[str]:
    return [
        *_inputs(case),
        "try:",
        f"    {_call(case, case.reduction)}",
        '    print("raises", "nothing raised")',
        "except Exception as error:",
        '    print("raises", type(error).__name__)',
    ]


_LOSSES = {
    "loss": _loss,
    "single": _single,
    "sides": _sides,
    "reduction": _reduction,
    "share": _share,
    "unknown": _unknown,
}
