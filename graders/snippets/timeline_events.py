"""The lines of a timeline: its parameters, the call that takes them, and each event."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from graders.cases.timeline import (
    OPTIONS,
    Accumulate,
    Again,
    Another,
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


def leaf_line(place: int, leaf: Leaf) -> str:
    """Return the line that makes a parameter."""
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


def handing(case: Timeline, play: str) -> Iterator[str]:
    """Yield the lines that hand the parameters over, and for two plays what is noted of that."""
    if _GIVEN in _form(case):
        yield f"given = {_names(case)}"
    if play in ("clearing", "gathering"):
        return
    call = _call(case, _form(case))
    if play == "construct":
        yield "try:"
        yield f"    {call}"
        yield '    print("error raised", None)'
        yield "except Exception as error:"
        yield '    print("error raised", type(error).__name__)'
        return
    yield f"optimizer = {call}"
    if play == "groups":
        names = ", ".join(f'id(p{place}): "p{place}"' for place in range(len(case.params)))
        yield f"names = {{{names}}}"
        yield f"for n in range({max(1, len(case.groups))}):"
        yield "    group = optimizer.param_groups[n]"
        yield '    print(f"param_groups[{n}][\'params\']", [names.get(id(p), "?") for p in group["params"]])'
        yield f"    for name in {OPTIONS[case.maker]!r}:"
        yield '        print(f"param_groups[{n}][{name!r}]", group[name])'


def _call(case: Timeline, params: str) -> str:
    """Return the call that makes an optimizer of some parameters."""
    options = [f"{name}={value!r}" if name != "lr" else repr(value) for name, value in case.options]
    return f"{case.maker}({', '.join([params, *options])})"


def _form(case: Timeline) -> str:
    if case.form == "generator":
        return f"(p for p in {_names(case)})"
    if case.form == "tensor":
        return f"p{case.handed()[0]}"
    if case.groups:
        lazy = case.form == "groups of generators"
        return f"[{', '.join(_group(group.params, group.options, lazy) for group in case.groups)}]"
    return _GIVEN if any(type(event) is Replace for event in case.events) else _names(case)


def _names(case: Timeline) -> str:
    return _listed(case.handed())


def _listed(places: Iterable[int]) -> str:
    return f"[{', '.join(f'p{place}' for place in places)}]"


def _group(params: Iterable[int], options: Iterable[tuple[str, Any]], lazy: bool) -> str:
    held = _listed(params)
    given = f"(p for p in {held})" if lazy else held
    return "{" + ", ".join([f'"params": {given}', *(f'"{name}": {value!r}' for name, value in options)]) + "}"


def _tensor(values: tuple[float, ...], leaf: Leaf) -> str:
    return f"torch.tensor({nested(values, leaf.shape)}, dtype=torch.float64)"


def _loss(case: Timeline, terms: Iterable[Term]) -> str:
    return " + ".join(
        f"({_tensor(row, case.params[place])} * p{place}{f'**{power}' if power != 1 else ''}).sum()"
        for place, row, power in terms
    )


def event_lines(case: Timeline, event: Event, play: str, holds: Sequence[bool] = ()) -> Iterator[str]:
    """Return the lines that let an event happen.

    Args:
        case: The case.
        event: One of its events.
        play: What is done with it.
        holds: Whether the optimizer has `lr` and `param_groups`; nothing is known without.
    """
    if type(event) is ZeroGrad:
        mode = "" if event.set_to_none is None else f"set_to_none={event.set_to_none}"
        function = f"zero_grad({_form(case)}{', ' if mode else ''}" if play == "clearing" else "optimizer.zero_grad("
        return iter([f"{function}{mode})"])
    if type(event) is SetLr and event.group is None:
        return _set_lr(event, *holds)
    return iter(_LINES[type(event)](case, event))


def _set_grad(case: Timeline, event: SetGrad) -> Iterator[str]:
    tracked = ".requires_grad_()" if event.tracked else ""
    value = "None" if event.values is None else _tensor(event.values, case.params[event.param]) + tracked
    yield f"p{event.param}.grad = {value}"


def _edit_grad(case: Timeline, event: EditGrad) -> Iterator[str]:
    yield f"if p{event.param}.grad is None: p{event.param}.grad = torch.zeros_like(p{event.param})"
    yield f"p{event.param}.grad.copy_({_tensor(event.values, case.params[event.param])})"


def _backward(case: Timeline, event: Backward) -> Iterator[str]:
    yield f"loss = {_loss(case, event.terms)}"
    yield f"loss.backward({'create_graph=True' if event.create_graph else ''})"


def _set_lr(event: SetLr, alone: bool = True, grouped: bool | None = None) -> Iterator[str]:
    if alone or not grouped:
        yield f"optimizer.lr = {event.lr!r}"
    if grouped is not False:
        held = "optimizer.param_groups" if grouped else 'getattr(optimizer, "param_groups", [])'
        yield f"for group in {held}:"
        yield f'    group["lr"] = {event.lr!r}'


def _accumulate(case: Timeline, event: Accumulate) -> Iterator[str]:
    if event.weights:
        yield f"prediction = {_loss(case, event.losses[0])}"
        texts = {weight: f"{weight!r} * prediction**2" for weight in event.weights}
        if len(texts) < len(event.weights):  # one tensor stands there more than once
            yield from (f"loss_{place} = {text}" for place, text in enumerate(texts.values(), 1))
            texts = {weight: f"loss_{place}" for place, weight in enumerate(texts, 1)}
        losses = [texts[weight] for weight in event.weights]
    else:
        losses = [_loss(case, terms) for terms in event.losses]
    yield "losses = ["
    for loss in losses:
        yield "    " + loss.replace(" + ", "\n        + ") + ","
    yield "]"
    yield f"accumulate(losses, {_form(case)})"


_LINES: dict[type[Any], Callable[[Timeline, Any], Iterable[str]]] = {
    SetGrad: _set_grad,
    EditGrad: _edit_grad,
    Put: lambda case, event: [f"p{event.param}.data.copy_({_tensor(event.values, case.params[event.param])})"],
    Backward: _backward,
    Step: lambda case, event: ["optimizer.step()"],
    SetLr: lambda case, event: [f'optimizer.param_groups[{event.group}]["lr"] = {event.lr!r}'],
    Freeze: lambda case, event: [f"p{event.param}.requires_grad_(False)"],
    Replace: lambda case, event: [f"given[{event.place}] = p{event.param}"],
    Accumulate: _accumulate,
    Another: lambda case, event: [f"first, optimizer = optimizer, {_call(case, _listed(event.held))}"],
    Again: lambda case, event: ["optimizer = first"],
}
"""Kind of event to the lines that let it happen, whatever is noted of it."""
