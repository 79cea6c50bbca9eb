"""Training cases as Python that runs under the student's own definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.cases.training import Cubic, Memory, SideBySide, Training
from graders.snippets.training_build import (
    LINE,
    TORCH,
    data_text,
    learner_text,
    optimizer_text,
    options_text,
    set_up,
)

_CUT = """class Cut(nn.Module):  # its prediction is cut from its parameters
    def __init__(self, inner):
        super().__init__()
        self.inner = inner{frozen}
    def forward(self, x):
        {said}

model = Cut(model)
"""
_DETACHED = "return self.inner(x).detach()"
_SILENT = "with torch.no_grad():\n            return self.inner(x)"
_NUMBERS = """def numbers(value):
    return value.tolist() if torch.is_tensor(value) else value

"""
_NAMED = "named = [*model.named_parameters()][::-1]\n"


def snippet(case: Any, play: str) -> str:
    """Return the code for one case and one way of replaying it."""
    return _WRITERS[play](case)


def _steps(case: Training) -> str:
    watched = """ran = []
next(model.parameters()).register_hook(lambda grad: ran.append(True))
"""
    more = """    print(f"step {step}, backward has run", bool(ran))
    ran.clear()
"""
    return set_up(case) + _NUMBERS + watched + _NAMED + _loop(case, "train_step(model, loss_fn, optimizer, x, y)", more)


def _chunked(case: Training) -> str:
    call = f"train_step_in_chunks(\n        model, loss_fn, optimizer, x, y, {case.chunk_size})"
    return set_up(case) + _NUMBERS + _NAMED + _loop(case, call)


def _loop(case: Training, call: str, more: str = "") -> str:
    """Return the loop over the steps, with the prints of what each gives."""
    return f"""for step in range(1, {case.steps + 1}):
    loss = {call}
    print(f"step {{step}}, loss", numbers(loss))
{more}    for name, p in named:
        print(f"step {{step}}, {{name}}.grad", numbers(p.grad))
    for name, p in named:
        print(f"step {{step}}, {{name}}", numbers(p))
"""


_PARAMETERS = f"{_NAMED}for name, p in named:\n    print(name, numbers(p))\n"


def _calls(case: Training) -> str:
    asked = """events, given, outputs = [], [], [None]
weight = next(model.parameters())
weight.register_hook(lambda grad: events.append("backward"))
model.register_forward_hook(lambda *call: outputs.append(call[-1]))
optimizer.register_step_pre_hook(lambda *_: events.append("step"))
plain = loss_fn
def loss_fn(*arguments):
    given.append(arguments)
    return plain(*arguments)

train_step(model, loss_fn, optimizer, x, y)
print("number of calls of the model", len(outputs) - 1)
print("number of calls of loss_fn", len(given))
got = given[0] if given else (None, None)
right = got[0] is outputs[-1] and got[1] is y
print("loss_fn gets the prediction first and y second", right)
for word, what in ("backward", "backward passes"), ("step", "optimizer steps"):
    print(f"number of further {what}", max(0, events.count(word) - 1))
"""
    return set_up(case) + asked


def _chunk_timeline(case: Training) -> str:
    asked = f"""events, found = [], []
weight = next(model.parameters())
def on_forward(model, inputs, output):
    events.append(f"forward {{len(inputs[0])}} rows")
def on_step(*_):
    events.append("step")
    grad = weight.grad
    numbers = [] if grad is None else grad.flatten().tolist()
    found.append([n for n, number in enumerate(numbers) if number])
model.register_forward_hook(on_forward)
weight.register_hook(lambda grad: events.append("backward"))
optimizer.register_step_pre_hook(on_step)

train_step_in_chunks(model, loss_fn, optimizer, x, y, {case.chunk_size})
print("order of events", events)
print("list of rows in the gradient at each step", found)
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
print("exception from backward", raised)
"""
    return set_up(case, cut) + _NUMBERS + asked + _PARAMETERS


def _turns(case: SideBySide) -> str:
    parts = [TORCH, LINE, _NUMBERS]
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
        for name, p in [*model.named_parameters()][::-1]:
            print(f"turn {{turn}}, {{other}}.{{name}}", numbers(p))
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


_ENGINE = "import numpy as np\nimport torch\nfrom given_tensor import Tensor, send_back\n\n"


def _meeting_point(case: Memory) -> str:
    turned = ".T" if case.transposed else ""
    return (
        _ENGINE.replace(", send_back", "")
        + f"""data = np.array({list(case.data)!r}, dtype=np.{case.dtype})
leaf = Tensor(data.reshape({case.shape!r}){turned})
parameter = shared_parameter(leaf)
print("the parameter", parameter.tolist())
leaf_of_torch = parameter.is_leaf and parameter.requires_grad
print("the parameter is a leaf that requires a gradient", leaf_of_torch)
with torch.no_grad():
    parameter -= 0.5
label = "leaf.data after 0.5 was subtracted from the parameter"
print(label, leaf.data.tolist())
"""
    )


def _engine_steps(case: Training) -> str:
    weight, bias = (list(values) for values in case.learner.params)
    stale = ""
    if case.stale is not None:
        stale = f"""for leaf, p in zip(leaves, params):
    leaf.grad = np.full_like(leaf.data, {case.stale!r})  # left from before
    p.grad = torch.full_like(p, {case.stale!r})
"""
    return (
        _ENGINE
        + f"""x = Tensor({[list(row) for row in case.x]!r})
y = Tensor({[row[0] for row in case.y]!r})
bias, weight = Tensor({bias!r}), Tensor({weight!r})
leaves = [bias, weight]
params = [torch.nn.Parameter(torch.from_numpy(leaf.data))
          for leaf in leaves]
{stale}{optimizer_text(case.learner, "params")}
def compute_loss():
    return ((x @ weight + bias - y) ** 2).sum()

for step in range(1, {case.steps + 1}):
    loss = engine_step(compute_loss, send_back, leaves, params, optimizer)
    loss = loss.tolist() if isinstance(loss, np.ndarray) else loss
    print(f"step {{step}}, loss", loss)
    for name, p in zip(("bias", "weight"), params):
        grad = p.grad if p.grad is None else p.grad.tolist()
        print(f"step {{step}}, {{name}}.grad", grad)
    for name, leaf in zip(("bias", "weight"), leaves):
        print(f"step {{step}}, {{name}}", leaf.data.tolist())
"""
    )


def _cubic(case: Cubic) -> str:
    if case.own:
        engine = f"""from ex03_backward import backward as walk
from ex04_tensor_closures import Tensor
from ex10_sgd_momentum import {case.optimizer}
"""
        optimizer = case.optimizer
    else:
        engine = "from given_tensor import Tensor, send_back as walk\n"
        optimizer = f"torch.optim.{case.optimizer}"
    return f"""import numpy as np
import torch
{engine}
x = np.linspace(-np.pi, np.pi, {case.points})

def make_optimizer(params):
    return {optimizer}(params, {options_text(case.options)})

def backward(loss):
    walk(loss, np.ones_like(loss.data))

start = {case.start!r}
losses, coefficients = fit_cubic(
    Tensor, backward, make_optimizer, x, np.sin(x), start, {case.steps})
print("loss curve", losses)
print("vector of coefficients", coefficients)
"""


_WRITERS: dict[str, Callable[[Any], str]] = {
    "steps": _steps,
    "calls": _calls,
    "cut_off": _cut_off,
    "chunk_timeline": _chunk_timeline,
    "chunked_steps": _chunked,
    "turns": _turns,
    "history": _history,
    "meeting_point": _meeting_point,
    "engine_steps": _engine_steps,
    "cubic": _cubic,
}
