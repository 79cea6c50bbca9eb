"""Training on a numpy engine as Python: one memory seen by engine and optimizer, single steps, the cubic fit."""

from __future__ import annotations

from collections.abc import Collection

from graders.cases.training import Cubic, Memory, Training
from graders.snippets.training_build import each_step, optimizer_text, options_text

_ENGINE = "import numpy as np\nimport torch\nfrom given_tensor import Tensor, send_back\n\n"


def meeting_point(case: Memory) -> str:
    """Return the code that makes a parameter of a leaf and changes it."""
    turned = ".T" if case.transposed else ""
    return (
        _ENGINE.replace(", send_back", "")
        + f"""data = np.array({list(case.data)!r}, dtype=np.{case.dtype})
leaf = Tensor(data.reshape({case.shape!r}){turned})
parameter = shared_parameter(leaf)
print("parameter.dtype", parameter.dtype)
print("the parameter", parameter.tolist())
leaf_of_torch = parameter.is_leaf and parameter.requires_grad
print("the parameter is a leaf that requires a gradient", leaf_of_torch)
with torch.no_grad():
    parameter -= 0.5
print("leaf.data after parameter -= 0.5", leaf.data.tolist())
"""
    )


_GRAD_OF = """def grad_of(parameter):
    return None if parameter.grad is None else parameter.grad.tolist()

"""


def engine_steps(case: Training, shown: Collection[str] | None) -> str:
    """Return the code of steps on the engine, printing the rows with these labels; None for all."""
    weight, bias = (list(values) for values in case.learner.params)
    stale = ""
    if case.stale is not None:
        stale = f"""for leaf, p in zip(leaves, params):
    leaf.grad = np.full_like(leaf.data, {case.stale!r})  # left from before
    p.grad = torch.full_like(p, {case.stale!r})
"""
    rows = {
        "loss": "loss.tolist() if isinstance(loss, np.ndarray) else loss",
        **{f"{name}.grad": f"grad_of(params[{place}])" for place, name in enumerate(("bias", "weight"))},
        **{name: f"{name}.data.tolist()" for name in ("bias", "weight")},
    }
    body = each_step(case, "engine_step(compute_loss, send_back, leaves, params, optimizer)", rows, shown)
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

{_GRAD_OF if "grad_of(" in body else ""}{body}"""
    )


def cubic(case: Cubic) -> str:
    """Return the code of the cubic fit."""
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
