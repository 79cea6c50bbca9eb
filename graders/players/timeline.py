"""Players of timelines: an optimizer, or the functions of ex08, among torch parameters.

What a play notes after each event is told by `PLAYS`. Except where a play says `outside`, the student's code runs
under `torch.no_grad()`, so that a step which forgets it fails where that is judged and nowhere else. Each play
restores the grad mode, should the student's code have left it off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

from torch import Tensor

from graders.cases.timeline import OPTIONS, Accumulate, Backward, Event, Step, Timeline, ZeroGrad
from graders.cases.timeline_plays import PLAYS, Play
from graders.players import torch_own as own
from graders.players.seen import Field, Seen, number
from graders.players.subject import Absent, Subject
from graders.players.timeline_spy import Spy
from graders.players.timeline_stage import Maker, Stage
from graders.players.timeline_watch import After, Before, after, before, note
from graders.sandbox.refusal import Refused

Player = Callable[[Timeline, Subject, Seen], None]

_NAMES: dict[type[Any], str] = {Step: "step", ZeroGrad: "zero_grad", Backward: "backward", Accumulate: "accumulate"}
_ERRORS = (TypeError, ValueError)


def observe(case: Timeline, play: str, stage: Stage) -> Iterator[tuple[str, Field]]:
    """Act out the events of `case` on `stage`, yielding (label, field) in the order of time."""
    told = PLAYS[play]
    handed = set(case.handed())
    counts: dict[str, int] = {}
    for event in case.events:
        name = _NAMES.get(type(event), "")
        watchers = told.watch.get(name, ())
        if not watchers:
            stage.act(event)
            continue
        with own.Undisturbed():
            were = [before(tensor) for tensor in stage.params]
        are = _acted(stage, event, told, were)
        counts[name] = counts.get(name, 0) + 1
        moment = f"{name} {counts[name]}" if name == "step" or counts[name] > 1 else name
        rows = [watchers if place in handed else watchers + told.others for place in range(len(are))]
        yield from note(moment, rows, were, are)
        if told.carry and name == "step":
            for now in are:
                if now.lost is not None:
                    own.copy(own.detach(now.tensor), now.lost)


def _acted(stage: Stage, event: Event, told: Play, were: Sequence[Before]) -> list[After]:
    """Let `event` happen and return each parameter after it."""
    recording = own.Recording(None if told.outside or type(event) is Backward else False)
    if not (told.carry and type(event) is Step):
        with recording:
            stage.act(event)
        with own.Undisturbed():
            return [after(tensor) for tensor in stage.params]
    spy = Spy(were)
    with recording, own.Listening(spy):
        stage.act(event)
    with own.Undisturbed():
        return [_found(place, tensor, were[place], spy) for place, tensor in enumerate(stage.params)]


def _found(place: int, tensor: Tensor, was: Before, spy: Spy) -> After:
    """Return a parameter after a step, with the values that the step computed for it should it not have moved."""
    moved = own.tolist(tensor) != was.numbers
    lost = None if moved else spy.meant_for(place)
    return after(tensor, None if lost is None else own.clone(own.detach(lost)))


def written(subject: Subject, name: str) -> Maker:
    """Return the student's class or function `name`, wrapped so that torch's own optimizers do not pass for it.

    Raises:
        Absent: it is missing; when called: it made one of torch's optimizers.
    """
    make = subject.get(name)

    def made(*args: Any, **options: Any) -> Any:
        optimizer = make(*args, **options)
        for base in type(optimizer).__mro__:
            if base.__module__.startswith("torch.optim.") and base.__name__ != "Optimizer":
                raise Absent(f"{name} in {subject.home}.py is torch's own; the exercise is to write it")
        return optimizer

    return made


def _recording(player: Player) -> Player:
    """Return a player that runs with gradients recorded and leaves the grad mode as it was."""

    @wraps(player)
    def recorded(case: Timeline, subject: Subject, seen: Seen) -> None:
        with own.Recording(True):
            player(case, subject, seen)

    return recorded


def _player(play: str) -> Player:
    @_recording
    def player(case: Timeline, subject: Subject, seen: Seen) -> None:
        stage = Stage(case)
        stage.build(written(subject, case.maker))
        for _, field in observe(case, play, stage):
            seen(field)

    return player


update = _player("update")
held = _player("held")
in_place = _player("in_place")
clear = _player("clear")
outside = _player("outside")
options = _player("options")
plain = _player("plain")
moments = _player("moments")


@_recording
def freely(case: Timeline, subject: Subject, seen: Seen) -> None:
    """Note whether the optimizer does the same where gradients are recorded, and where it keeps a learning rate."""
    given: list[Any] = []
    holds: list[bool] = []
    for play in ("held", "freely"):
        stage = Stage(case)
        try:
            optimizer = stage.build(written(subject, case.maker))
            holds = [hasattr(optimizer, name) for name in ("lr", "param_groups")]
            given.append([field for _, field in observe(case, play, stage)])
        except (Absent, NotImplementedError, Refused):
            raise
        except Exception as error:  # whichever comes, it comes in both or the two differ
            given.append(type(error).__name__)
    seen(repr(given[0]) == repr(given[1]))  # nan is nan here
    for one in holds:
        seen(one)


class Functions:
    """Stands where an optimizer would: `zero_grad` hands the parameters of a stage to a function."""

    def __init__(self, stage: Stage, function: Callable[..., Any]) -> None:
        self._stage = stage
        self._function = function

    def zero_grad(self, **keywords: Any) -> None:
        """Call the function with the parameters."""
        self._function(self._stage.handed_over(), **keywords)


@_recording
def clearing(case: Timeline, subject: Subject, seen: Seen) -> None:
    """Call the student's `zero_grad(params, ...)` at the `ZeroGrad` events."""
    stage = Stage(case)
    stage.optimizer = Functions(stage, subject.get("zero_grad"))
    for _, field in observe(case, "clearing", stage):
        seen(field)


@_recording
def gathering(case: Timeline, subject: Subject, seen: Seen) -> None:
    """Call the student's `accumulate(losses, params)` at the `Accumulate` events."""
    stage = Stage(case)
    stage.gather = subject.get("accumulate")
    for _, field in observe(case, "gathering", stage):
        seen(field)


def construct(case: Timeline, subject: Subject, seen: Seen) -> None:
    """Note the kind of error that making the optimizer raises, None when it raises none."""
    seen(raised(case, written(subject, case.maker)))


def raised(case: Timeline, make: Maker) -> str | None:
    """Return the name of the exception that `make` raises for the case; a subclass counts as what it is a kind of."""
    try:
        Stage(case).build(make)
    except (Absent, NotImplementedError, Refused):
        raise
    except Exception as error:  # the kind of error is what is judged
        return next((kind.__name__ for kind in _ERRORS if isinstance(error, kind)), type(error).__name__)
    return None


def groups(case: Timeline, subject: Subject, seen: Seen) -> None:
    """Note what `param_groups` of the new optimizer holds."""
    stage = Stage(case)
    stage.build(written(subject, case.maker))
    for _, field in listed(case, stage):
        seen(field)


def listed(case: Timeline, stage: Stage) -> Iterator[tuple[str, Field]]:
    """Yield (label, field) for the parameters and the options of each group."""
    for place, group in enumerate(stage.optimizer.param_groups):
        if place >= max(1, len(case.groups)):
            return
        names = {id(tensor): f"p{i}" for i, tensor in enumerate(stage.params)}
        held = [names.get(id(tensor), "?") for tensor in group["params"]]
        yield f"param_groups[{place}]['params']", held
        for name in OPTIONS[case.maker]:
            value = group[name]
            yield f"param_groups[{place}][{name!r}]", number(value) if type(value) is int else value
