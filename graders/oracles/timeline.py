"""Truth of timelines: the same events acted out with `torch.optim` and torch's own gradients."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from graders.cases.timeline import Timeline
from graders.players.seen import exact
from graders.players.timeline import Functions, listed, observe, raised
from graders.players.timeline_stage import Stage

Truth = dict[str, Any]


def _oracle(play: str) -> Callable[[Timeline], Truth]:
    def oracle(case: Timeline) -> Truth:
        stage = Stage(case)
        stage.build(getattr(torch.optim, case.maker))
        return _truth(observe(case, play, stage))

    return oracle


update = _oracle("update")
in_place = _oracle("in_place")
clear = _oracle("clear")
outside = _oracle("outside")
options = _oracle("options")
plain = _oracle("plain")
moments = _oracle("moments")


def clearing(case: Timeline) -> Truth:
    """Return what `zero_grad` of a torch optimizer over the same parameters does."""
    stage = Stage(case)
    stage.optimizer = Functions(stage, _zero_grad)
    return _truth(observe(case, "clearing", stage))


def gathering(case: Timeline) -> Truth:
    """Return what `backward` on each loss adds to the given parameters."""
    stage = Stage(case)
    stage.gather = _accumulate
    return _truth(observe(case, "gathering", stage))


def construct(case: Timeline) -> Truth:
    """Return the kind of error that the torch optimizer raises when it is made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"error raised": raised(case, getattr(torch.optim, case.maker))}


def groups(case: Timeline) -> Truth:
    """Return what `param_groups` of the torch optimizer holds."""
    stage = Stage(case)
    stage.build(getattr(torch.optim, case.maker))
    return _truth(listed(case, stage))


def _truth(noted: Iterable[tuple[str, Any]]) -> Truth:
    return {label: exact(value) for label, value in noted}


def _zero_grad(params: Iterable[Tensor], **keywords: Any) -> None:
    torch.optim.SGD(params, lr=0.1).zero_grad(**keywords)


def _accumulate(losses: list[Tensor], params: Iterable[Tensor]) -> None:
    inputs = list(params)
    for loss in losses:
        loss.backward(inputs=inputs, retain_graph=True)
