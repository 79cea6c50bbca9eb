"""Training cases as Python that runs under the student's own definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.cases.training import Cubic, Learner, Memory, SideBySide, Training

_LOSSES = {
    "l1": "nn.L1Loss()",
    "mse": "nn.MSELoss()",
    "mse_sum": 'nn.MSELoss(reduction="sum")',
    "huber": "nn.HuberLoss()",
    "pinball": "lambda prediction, y: torch.maximum(0.75 * (y - prediction), 0.25 * (prediction - y)).mean()",
}
_LINE = """class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.weight * x + self.bias

"""
_CUT = {
    "detach": "model.register_forward_hook(lambda model, inputs, prediction: prediction.detach())",
    "no_grad": "model.register_forward_hook(lambda model, inputs, prediction: prediction.detach())  # as under no_grad",
    "frozen": "model.requires_grad_(False)",
}
_TORCH = "import torch\nfrom torch import nn\n\n"
_DOUBLE = "torch.set_default_dtype(torch.float64)\n\n"


def written(case: Any, play: str) -> str:
    """Return the code for one case and one way of replaying it."""
    return _WRITERS[play](case)


def _steps(case: Training) -> str:
    return (
        f"{_set_up(case)}for _ in range({case.steps}):\n    print(train_step(model, loss_fn, optimizer, x, y))\n{_SHOW}"
    )


def _calls(case: Training) -> str:
    watched = (
        'model.register_forward_hook(lambda model, inputs, prediction: print("the model is called"))\n'
        "plain = loss_fn\n\n"
        "def loss_fn(prediction, y):\n"
        '    print("loss_fn gets prediction", prediction.tolist(), "and y", y.tolist())\n'
        "    return plain(prediction, y)\n\n"
    )
    return f"{_set_up(case)}{watched}train_step(model, loss_fn, optimizer, x, y)\n"


def _cut_off(case: Training) -> str:
    start = f"{_set_up(case)}{_CUT[case.cut]}\ntry:\n    train_step(model, loss_fn, optimizer, x, y)\n"
    return f"{start}except RuntimeError as error:\n    print('raised:', error)\nprint(list(model.parameters()))\n"


def _chunked(case: Training) -> str:
    call = f"train_step_in_chunks(model, loss_fn, optimizer, x, y, chunk_size={case.chunk_size})"
    return f"{_set_up(case)}for _ in range({case.steps}):\n    print({call})\n{_SHOW}"


def _chunk_timeline(case: Training) -> str:
    watched = (
        'model.register_forward_hook(lambda model, inputs, prediction: print("forward", len(inputs[0]), "rows"))\n'
        'optimizer.register_step_pre_hook(lambda *_: print("step finds", next(model.parameters()).grad))\n'
    )
    call = f"train_step_in_chunks(model, loss_fn, optimizer, x, y, chunk_size={case.chunk_size})"
    return f"{_set_up(case)}{watched}{call}\n"


def _turns(case: SideBySide) -> str:
    parts = [_TORCH + _DOUBLE + _LINE]
    for name, learner in (("a", case.a), ("b", case.b)):
        parts.append(_learner(learner, f"_{name}"))
    parts.append(_data(case.x, case.y))
    for model, loss, optimizer in map(tuple, case.turns):
        parts.append(f"train_step(model_{model}, loss_fn_{loss}, optimizer_{optimizer}, x, y)\n")
        parts.append("print(list(model_a.parameters()), list(model_b.parameters()))\n")
    return "".join(parts)


def _history(case: Training) -> str:
    shift = ""
    if case.shift:
        moved = f"lambda *_: [p.data.add_({case.shift!r}) for p in model.parameters()]"
        shift = f"optimizer.register_step_post_hook({moved})  # each step moves them besides\n"
    return f"{_set_up(case)}{shift}print(fit(model, loss_fn, optimizer, x, y, epochs={case.steps}))\n{_SHOW.lstrip()}"


def _meeting_point(case: Memory) -> str:
    turned = ".T" if case.transposed else ""
    array = f"np.array({list(case.data)!r}, dtype=np.{case.dtype}).reshape({case.shape!r}){turned}"
    lines = (
        "from types import SimpleNamespace\n\nimport numpy as np\nimport torch\n",
        f"leaf = SimpleNamespace(data={array}, grad=None)",
        "parameter = shared_parameter(leaf)",
        "print(parameter, parameter.is_leaf, parameter.requires_grad)",
        "with torch.no_grad():\n    parameter -= 0.5",
        "print(leaf.data)",
    )
    return "\n".join(lines) + "\n"


_ENGINE = """from types import SimpleNamespace

import numpy as np
import torch

"""


def _engine_steps(case: Training) -> str:
    weight, bias = (list(values) for values in case.learner.params)
    grad = "None" if case.stale is None else f"np.full({{}}, {case.stale!r})"
    lines = [
        f"x, y = np.array({[list(row) for row in case.x]!r}), np.array({[row[0] for row in case.y]!r})",
        f"bias = SimpleNamespace(data=np.array({bias!r}), grad={grad.format(1)})",
        f"weight = SimpleNamespace(data=np.array({weight!r}), grad={grad.format(len(weight))})",
        "leaves = [bias, weight]",
        "params = [torch.nn.Parameter(torch.from_numpy(leaf.data)) for leaf in leaves]",
        f"optimizer = torch.optim.{case.learner.optimizer}(params, {_options(case.learner.options)})",
        "",
        "def compute_loss():",
        "    error = x @ weight.data + bias.data - y",
        "    return SimpleNamespace(data=(error**2).sum(), error=error)",
        "",
        "def backward(loss):",
        "    bias.grad = bias.grad + 2 * loss.error.sum(keepdims=True)",
        "    weight.grad = weight.grad + 2 * loss.error @ x",
        "",
        f"for _ in range({case.steps}):",
        "    print(engine_step(compute_loss, backward, leaves, params, optimizer))",
        "    print([p.grad for p in params], [leaf.data for leaf in leaves])",
    ]
    return _ENGINE + "\n".join(lines) + "\n"


def _cubic(case: Cubic) -> str:
    if case.own:
        engine = (
            "from ex03_backward import backward as walk\nfrom ex04_tensor_closures import Tensor\n"
            f"from ex10_sgd_momentum import {case.optimizer}\n"
        )
        optimizer = case.optimizer
    else:
        engine = (
            "from graders.players.tensor_engine import walk_back as walk\n"
            "from graders.players.tensor_reference import Tensor\n"
        )
        optimizer = f"torch.optim.{case.optimizer}"
    lines = (
        f"x = np.linspace(-np.pi, np.pi, {case.points})",
        f"make_optimizer = lambda params: {optimizer}(params, {_options(case.options)})",
        "backward = lambda loss: walk(loss, np.ones_like(loss.data))",
        f"print(fit_cubic(Tensor, backward, make_optimizer, x, np.sin(x), {list(case.start)!r}, steps={case.steps}))",
    )
    return f"import numpy as np\nimport torch\n\n{engine}\n" + "\n".join(lines) + "\n"


_SHOW = "    print([(p.data, p.grad) for p in model.parameters()])\n"


def _set_up(case: Training) -> str:
    """Return the code that makes model, loss_fn, optimizer, x and y."""
    line = _LINE if case.learner.model == "line" else ""
    stale = ""
    if case.stale is not None:
        stale = f"for p in model.parameters():\n    p.grad = torch.full_like(p, {case.stale!r})  # left from before\n"
    flat = case.learner.model == "cubic"
    return f"{_TORCH}{_DOUBLE}{line}{_learner(case.learner)}{_data(case.x, case.y, flat)}{stale}"


def _learner(learner: Learner, suffix: str = "") -> str:
    first = len(learner.params[0])
    hidden = len(learner.params[1])
    model = {
        "line": "Line()",
        "linear": f"nn.Linear({first}, 1)",
        "cubic": "nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1))",
        "net": f"nn.Sequential(nn.Linear({first // hidden}, {hidden}), nn.Tanh(), nn.Linear({hidden}, 1))",
    }[learner.model]
    values = [list(values) for values in learner.params]
    return (
        f"model{suffix} = {model}\n"
        f"for p, values in zip(model{suffix}.parameters(), {values!r}):\n"
        f"    p.data = torch.tensor(values).reshape(p.shape)\n"
        f"loss_fn{suffix} = {_LOSSES[learner.loss]}\n"
        f"optimizer{suffix} = torch.optim.{learner.optimizer}"
        f"(model{suffix}.parameters(), {_options(learner.options)})\n"
    )


def _data(x: Any, y: Any, flat: bool = False) -> str:
    targets = [row[0] for row in y] if flat else [list(row) for row in y]
    return f"x = torch.tensor({[list(row) for row in x]!r})\ny = torch.tensor({targets!r})\n"


def _options(options: Any) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in options)


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
