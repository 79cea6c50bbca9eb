"""Training cases as Python that runs under the student's own definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from graders.cases.training import Learner, SideBySide, Training
from graders.snippets.training_build import (
    TORCH,
    data_text,
    each_step,
    learner_text,
    set_up,
)
from graders.snippets.training_engine import cubic, engine_steps, meeting_point

_CUT = """
class Cut(nn.Module):  # its prediction is cut from its parameters
    def __init__(self, inner):
        super().__init__()
        self.inner = inner{frozen}
    def forward(self, x):
        {said}

model = Cut(model)
"""
_DETACHED = "return self.inner(x).detach()"
_SILENT = "with torch.no_grad():\n            return self.inner(x)"
_NUMBERS = """
def numbers(value):
    return value.tolist() if torch.is_tensor(value) else value

"""


def snippet(case: Any, play: str, shown: Collection[str] | None = None) -> str:
    """Return the code for one case and one way of replaying it, printing the rows with these labels; None for all."""
    write = _STEPWISE.get(play)
    return write(case, shown) if write else _WRITERS[play](case)


def shown_rows(labels: Sequence[str], judged: Collection[str]) -> list[str]:
    """Return the labels of the rows that a report shows: those that are judged."""
    return [label for label in labels if label in judged] or list(labels)


def _steps(case: Training, shown: Collection[str] | None) -> str:
    names = _names(case.learner)
    watched = """ran = []
next(model.parameters()).register_hook(lambda grad: ran.append(True))
"""
    call = "train_step(model, loss_fn, optimizer, x, y)"
    more = {"backward has run": "bool(ran)"}
    body = each_step(case, call, _rows("model", names, more), shown, {"backward has run": "ran.clear()"})
    return set_up(case) + (_NUMBERS if "numbers(" in body else "") + (watched if "ran" in body else "") + body


def _chunked(case: Training, shown: Collection[str] | None) -> str:
    call = f"train_step_in_chunks(\n    model, loss_fn, optimizer, x, y, {case.chunk_size})"
    body = each_step(case, call, _rows("model", _names(case.learner)), shown)
    return set_up(case) + (_NUMBERS if "numbers(" in body else "") + body


def _names(learner: Learner) -> Mapping[str, str]:
    """Return the name of each parameter, those nearest to the loss first, and how it is written."""
    names = {
        "linear": ("weight", "bias"),
        "net": ("0.weight", "0.bias", "2.weight", "2.bias"),
        "cubic": ("0.weight", "0.bias"),
    }[learner.model]
    return {name: re.sub(r"^(\d)\.", r"[\1].", name) for name in reversed(names)}


def _rows(model: str, names: Mapping[str, str], more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return what is told of a step, and how it is written."""
    places = {name: f"{model}{'' if text.startswith('[') else '.'}{text}" for name, text in names.items()}
    return {
        "loss is a tensor": "torch.is_tensor(loss)",
        "loss": "numbers(loss)",
        **more,
        **{f"{name}.grad": f"numbers({place}.grad)" for name, place in places.items()},
        **{name: f"{place}.tolist()" for name, place in places.items()},
    }


_PARAMETERS = """for name, p in reversed([*model.named_parameters()]):
    print(name, p.tolist())
"""


def _calls(case: Training) -> str:
    asked = """events, given = [], []
weight = next(model.parameters())
weight.register_hook(lambda grad: events.append("backward"))
model.register_forward_hook(lambda *_: events.append("forward"))
optimizer.register_step_pre_hook(lambda *_: events.append("step"))
plain = loss_fn
def loss_fn(*arguments):
    given.append(arguments)
    return plain(*arguments)

train_step(model, loss_fn, optimizer, x, y)
print("calls of model(x)", events.count("forward"))
print("calls of loss_fn", len(given))
print("y is the second argument of loss_fn",
    bool(given) and len(given[0]) > 1 and given[0][1] is y)
again = {one: max(0, events.count(one) - 1) for one in ("backward", "step")}
print("further calls of backward", again["backward"])
print("further calls of optimizer.step", again["step"])
"""
    return set_up(case) + asked


def _chunk_timeline(case: Training) -> str:
    asked = f"""events, found = [], []
weight = next(model.parameters())
def on_forward(model, inputs, output):
    many = "" if len(inputs[0]) == 1 else "s"
    events.append(f"forward of {{len(inputs[0])}} row{{many}}")
def on_step(*_):
    events.append("step")
    grad = weight.grad
    numbers = [] if grad is None else grad.flatten().tolist()
    # only row n reaches weight n
    found.append([n for n, number in enumerate(numbers) if number])
model.register_forward_hook(on_forward)
weight.register_hook(lambda grad: events.append("backward"))
optimizer.register_step_pre_hook(on_step)

train_step_in_chunks(model, loss_fn, optimizer, x, y, {case.chunk_size})
print("order of events", events)
print("rows in .grad when step runs", found)
"""
    return set_up(case) + asked


def _cut_off(case: Training) -> str:
    frozen = "\n        inner.requires_grad_(False)" if case.cut == "frozen" else ""
    cut = _CUT.format(frozen=frozen, said=_SILENT if case.cut == "no_grad" else _DETACHED)
    asked = """raised = None
try:
    train_step(model, loss_fn, optimizer, x, y)
except Exception as error:
    raised = type(error).__name__
print("error raised", raised)
"""
    return set_up(case, cut) + asked + _PARAMETERS


def _turns(case: SideBySide) -> str:
    parts = [TORCH]
    for name, learner in (("a", case.a), ("b", case.b)):
        parts.append(learner_text(learner, f"_{name}"))
    parts.append(data_text(case.x, case.y))
    turns = [
        (f"model_{model}", f"loss_fn_{loss}", f"optimizer_{optimizer}")
        for model, loss, optimizer in map(tuple, case.turns)
    ]
    listed = "".join(f"    ({', '.join(turn)}),\n" for turn in turns)
    return (
        "".join(parts)
        + f"""turns = [\n{listed}]
for turn, (model, loss_fn, optimizer) in enumerate(turns, 1):
    train_step(model, loss_fn, optimizer, x, y)
    for other, model in (("a", model_a), ("b", model_b)):
        print(f"turn {{turn}}, {{other}}.bias", model.bias.tolist())
        print(f"turn {{turn}}, {{other}}.weight", model.weight.tolist())
"""
    )


def _history(case: Training) -> str:
    shift = ""
    if case.shift:
        shift = f"""def shift(*_):  # each step moves them besides
    for p in model.parameters():
        p.data.add_({case.shift!r})

optimizer.register_step_post_hook(shift)
"""
    call = f"losses = fit(model, loss_fn, optimizer, x, y, {case.steps})\n"
    return set_up(case) + _NUMBERS + shift + call + 'print("list of losses", numbers(losses))\n' + _PARAMETERS


_WRITERS: dict[str, Callable[[Any], str]] = {
    "calls": _calls,
    "cut_off": _cut_off,
    "chunk_timeline": _chunk_timeline,
    "turns": _turns,
    "history": _history,
    "meeting_point": meeting_point,
    "cubic": cubic,
}
"""Name of a play to what writes all its rows."""

_STEPWISE: dict[str, Callable[[Training, Collection[str] | None], str]] = {
    "steps": _steps,
    "chunked_steps": _chunked,
    "engine_steps": engine_steps,
}
"""Name of a play to what writes those rows of each step that are shown."""
