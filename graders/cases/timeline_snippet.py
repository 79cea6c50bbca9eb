"""Timelines as Python that runs under the student's own definitions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from graders.cases.timeline import (
    Accumulate,
    Backward,
    EditGrad,
    Event,
    Freeze,
    Leaf,
    Put,
    Replace,
    SetGrad,
    SetLr,
    Step,
    Term,
    Timeline,
    ZeroGrad,
)

_GIVEN = "given"
"""The caller's list, when something happens to it later."""


def write(case: Timeline, play: str) -> str:
    """Return the code of `case`, printing what the play of that name notes."""
    lines = ["import torch", *(_leaf(place, leaf) for place, leaf in enumerate(case.params)), *_handing(case, play)]
    steps = clears = 0
    watched = Step if play == "in_place" else ZeroGrad if play in ("clear", "clearing") else None
    for event in case.events:
        if type(event) is watched and steps + clears == 0:
            lines += _look(case, "before:", play)
        lines += _event(case, event, play)
        if type(event) is Step:
            steps += 1
            lines += _look(case, f"after step {steps}:", play)
        elif type(event) is ZeroGrad:
            clears += 1
            lines += _look(case, "after zero_grad:" if clears == 1 else f"after zero_grad {clears}:", play)
        elif type(event) is Accumulate:
            lines += _look(case, "after accumulate:", play)
    return "\n".join(lines) + "\n"


def _leaf(place: int, leaf: Leaf) -> str:
    grad = ", requires_grad=True" if leaf.requires_grad else ""
    computed = "" if leaf.is_leaf else " * 1.0"
    return f"p{place} = torch.tensor({nested(leaf.values, leaf.shape)}, dtype=torch.float64{grad}){computed}"


def nested(values: tuple[float, ...], shape: tuple[int, ...] | None) -> str:
    """Return the values as Python lists of that shape."""
    if shape is not None and not shape:
        return _number(values[0])
    if shape is None or len(shape) == 1:
        return f"[{', '.join(map(_number, values))}]"
    width = len(values) // shape[0]
    rows = [nested(values[place * width : (place + 1) * width], shape[1:]) for place in range(shape[0])]
    return f"[{', '.join(rows)}]"


def _number(value: float) -> str:
    return str(value) if math.isfinite(value) else f'float("{value}")'


def _handing(case: Timeline, play: str) -> Iterator[str]:
    if _GIVEN in _form(case):
        yield f"given = {_names(case)}"
    if play in ("clearing", "gathering"):
        return
    arguments = [f"{name}={value!r}" if name != "lr" else repr(value) for name, value in case.options]
    call = f"{case.maker}({', '.join([_form(case), *arguments])})"
    yield f"optimizer = {call}" if play != "construct" else f"print({call}, 'raised nothing')"
    if play == "groups":
        yield "print(optimizer.param_groups)"


def _form(case: Timeline) -> str:
    if case.form == "generator":
        return f"(p for p in {_names(case)})"
    if case.form == "tensor":
        return f"p{case.handed()[0]}"
    if case.form == "groups":
        return f"[{', '.join(_group(group.params, group.options) for group in case.groups)}]"
    return _GIVEN if any(type(event) is Replace for event in case.events) else _names(case)


def _names(case: Timeline) -> str:
    return f"[{', '.join(f'p{place}' for place in case.handed())}]"


def _group(params: Iterable[int], options: Iterable[tuple[str, Any]]) -> str:
    held = ", ".join(f"p{place}" for place in params)
    return "{" + ", ".join([f'"params": [{held}]', *(f'"{name}": {value!r}' for name, value in options)]) + "}"


def _tensor(values: tuple[float, ...], leaf: Leaf) -> str:
    return f"torch.tensor({nested(values, leaf.shape)}, dtype=torch.float64)"


def _loss(case: Timeline, terms: Iterable[Term]) -> str:
    return " + ".join(
        f"({_tensor(row, case.params[place])} * p{place}{f'**{power}' if power != 1 else ''}).sum()"
        for place, row, power in terms
    )


def _event(case: Timeline, event: Event, play: str) -> Iterator[str]:
    if isinstance(event, SetGrad):
        tracked = ".requires_grad_()" if event.tracked else ""
        value = "None" if event.values is None else _tensor(event.values, case.params[event.param]) + tracked
        yield f"p{event.param}.grad = {value}"
    elif isinstance(event, EditGrad):
        yield f"p{event.param}.grad.copy_({_tensor(event.values, case.params[event.param])})"
    elif isinstance(event, Put):
        yield f"p{event.param}.data.copy_({_tensor(event.values, case.params[event.param])})"
    elif isinstance(event, Backward):
        yield f"loss = {_loss(case, event.terms)}"
        yield f"loss.backward({'create_graph=True' if event.create_graph else ''})"
    elif isinstance(event, Step):
        yield "optimizer.step()" if play in ("outside", "plain") else "with torch.no_grad(): optimizer.step()"
    elif isinstance(event, ZeroGrad):
        mode = "" if event.set_to_none is None else f"set_to_none={event.set_to_none}"
        function = f"zero_grad({_form(case)}{', ' if mode else ''}" if play == "clearing" else "optimizer.zero_grad("
        yield f"{function}{mode})"
    elif isinstance(event, SetLr):
        yield from _set_lr(event, play)
    elif isinstance(event, Freeze):
        yield f"p{event.param}.requires_grad_(False)"
    elif isinstance(event, Replace):
        yield f"given[{event.place}] = p{event.param}"
    else:
        yield from _accumulate(case, event)


def _set_lr(event: SetLr, play: str) -> Iterator[str]:
    if event.group is not None:
        yield f'optimizer.param_groups[{event.group}]["lr"] = {event.lr!r}'
    elif play == "update":
        yield f"optimizer.lr = {event.lr!r}"
    else:
        yield "for group in optimizer.param_groups:"
        yield f'    group["lr"] = {event.lr!r}'


def _accumulate(case: Timeline, event: Accumulate) -> Iterator[str]:
    if event.weights:
        yield f"prediction = {_loss(case, event.losses[0])}"
        losses = [f"{weight!r} * prediction**2" for weight in event.weights]
    else:
        losses = [_loss(case, terms) for terms in event.losses]
    yield "losses = ["
    yield from (f"    {loss}," for loss in losses)
    yield "]"
    yield f"accumulate(losses, {_form(case)})"


def _look(case: Timeline, moment: str, play: str) -> Iterator[str]:
    for place in range(len(case.params)):
        shown = [f"p{place}.tolist()", f"p{place}.grad"]
        if play == "in_place":
            shown.append(f"p{place}.data_ptr()")
        elif play == "outside":
            shown += [f"p{place}.is_leaf", f"p{place}.requires_grad", "torch.is_grad_enabled()"]
        elif play in ("clear", "clearing", "gathering"):
            shown.append(f"id(p{place}.grad)")
        yield f"print({f'{moment} p{place}'!r}, {', '.join(shown)})"
