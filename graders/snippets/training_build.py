"""The start of a training case as Python: model, loss function, optimizer and data."""

from __future__ import annotations

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
LINE = """class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1).double())
        self.bias = nn.Parameter(torch.zeros(1).double())
    def forward(self, x):
        return self.weight * x + self.bias

"""
TORCH = "import torch\nfrom torch import nn\n\nreal = torch.float64\n"


def set_up(case: Training, cut: str = "") -> str:
    """Return the code that makes model, loss_fn, optimizer, x and y."""
    line = LINE if case.learner.model == "line" else ""
    stale = ""
    if case.stale is not None:
        stale = f"for p in model.parameters():  # left from before\n    p.grad = torch.full_like(p, {case.stale!r})\n"
    flat = case.learner.model == "cubic"
    return f"{TORCH}{line}{learner_text(case.learner, cut=cut)}{data_text(case.x, case.y, flat)}{stale}"


def learner_text(learner: Learner, suffix: str = "", cut: str = "") -> str:
    """Return the code that makes a model and its optimizer and loss_fn, each name with `suffix`."""
    first = len(learner.params[0])
    hidden = len(learner.params[1])
    model = {
        "line": "Line()",
        "linear": f"nn.Linear({first}, 1)",
        "cubic": "nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1))",
        "net": f"nn.Sequential(nn.Linear({first // hidden}, {hidden}), nn.Tanh(), nn.Linear({hidden}, 1))",
    }[learner.model]
    double = "" if learner.model == "line" else f"model{suffix}.double()\n"
    values = [list(values) for values in learner.params]
    loss = _PINBALL if learner.loss == "pinball" else f"loss_fn{suffix} = {_LOSSES[learner.loss]}\n"
    return f"""model{suffix} = {model}
{double}start = {values!r}
for p, values in zip(model{suffix}.parameters(), start):
    p.data = torch.tensor(values, dtype=real).reshape(p.shape)
{cut}{loss}{optimizer_text(learner, f"model{suffix}.parameters()", suffix)}"""


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
