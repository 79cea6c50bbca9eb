"""The start of a training case as Python: model, loss function, optimizer and data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from graders.cases.training import Learner, Rows, Training

_LOSSES = {
    "l1": "nn.L1Loss()",
    "mse": "nn.MSELoss()",
    "mse_sum": 'nn.MSELoss(reduction="sum")',
    "huber": "nn.HuberLoss()",
}
_PINBALL = """def loss_fn(prediction, y):
    short = y - prediction
    return torch.maximum(0.75 * short, -0.25 * short).mean()
"""
TORCH = "import torch\nfrom torch import nn\n\nreal = torch.float64\n"


def set_up(case: Training, cut: str = "") -> str:
    """Return the code that makes model, loss_fn, optimizer, x and y."""
    stale = ""
    if case.stale is not None:
        stale = f"for p in model.parameters():  # left from before\n    p.grad = torch.full_like(p, {case.stale!r})\n"
    flat = case.learner.model == "cubic"
    return f"{TORCH}{learner_text(case.learner, cut=cut)}{data_text(case.x, case.y, flat)}{stale}"


def learner_text(learner: Learner, suffix: str = "", cut: str = "") -> str:
    """Return the code that makes a model and its optimizer and loss_fn, each name with `suffix`."""
    loss = _PINBALL if learner.loss == "pinball" else f"loss_fn{suffix} = {_LOSSES[learner.loss]}\n"
    optimizer = optimizer_text(learner, f"model{suffix}.parameters()", suffix)
    return f"{_model_text(learner, f'model{suffix}')}{cut}{loss}{optimizer}"


def _model_text(learner: Learner, name: str) -> str:
    first, hidden = len(learner.params[0]), len(learner.params[1])
    if learner.model == "linear":
        weight, bias = (list(values) for values in learner.params)
        return f"""{name} = nn.Linear({first}, 1, dtype=real)
{name}.weight.data = torch.tensor([{weight!r}], dtype=real)
{name}.bias.data = torch.tensor({bias!r}, dtype=real)
"""
    model = {
        "cubic": "nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1))",
        "net": f"nn.Sequential(nn.Linear({first // hidden}, {hidden}), nn.Tanh(), nn.Linear({hidden}, 1))",
    }[learner.model]
    return f"""{name} = {model}
{name}.double()
start = {[list(values) for values in learner.params]!r}
for p, values in zip({name}.parameters(), start):
    p.data = torch.tensor(values, dtype=real).reshape(p.shape)
"""


def optimizer_text(learner: Learner, params: str, suffix: str = "") -> str:
    """Return the line that makes an optimizer of the parameters that `params` gives."""
    line = f"optimizer{suffix} = torch.optim.{learner.optimizer}({params}, {options_text(learner.options)})"
    short = len(line) <= 70
    return f"{line}\n" if short else line.replace(f"({params}, ", f"(\n    {params}, ") + "\n"


def data_text(x: Rows, y: Rows, flat: bool = False) -> str:
    """Return the lines that make x and y; those of y without a column of their own if `flat`."""
    targets = [row[0] for row in y] if flat else [list(row) for row in y]
    points = [list(row) for row in x]
    return f"x = torch.tensor({points!r}, dtype=real)\ny = torch.tensor({targets!r}, dtype=real)\n"


def options_text(options: Any) -> str:
    """Return options as keyword arguments."""
    return ", ".join(f"{name}={value!r}" for name, value in options)


def each_step(
    case: Training,
    call: str,
    rows: Mapping[str, str],
    shown: Collection[str] | None,
    after: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the lines of each step up to the last of which something is shown, with the prints of what it gives.

    Args:
        case: The case.
        call: One step.
        rows: What is told of a step, and how it is written.
        shown: Labels of the rows to print; None for all.
        after: What is told to what has to be done before the next step.
    """
    told = {
        step: [row for row in rows if shown is None or f"step {step}, {row}" in shown]
        for step in range(1, case.steps + 1)
    }
    last = max((step for step, names in told.items() if names), default=0)
    lines = []
    for step in range(1, last + 1):
        lines.append(f"loss = {call}" if {"loss", "loss is a tensor"} & set(told[step]) else call)
        for row in told[step]:
            lines.append(f'print("step {step}, {row}", {rows[row]})')
            lines += [after[row]] if row in after and step < last else []
    return "\n".join(lines) + "\n"
