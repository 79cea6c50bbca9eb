"""Slips that are frequent and easy to make are named, however they are written."""

from __future__ import annotations

import pytest

from graders.report import Report
from tests.conftest import Grade

EX01, EX02, EX03, EX04, EX05, EX06, EX08, EX09, EX12 = (
    "ex01_finite_differences", "ex02_closures", "ex03_backward", "ex04_tensor_closures", "ex05_losses",
    "ex06_graph_walkers", "ex08_zero_grad", "ex09_sgd", "ex12_training_loop",
)  # fmt: skip

_MUL = "            self.grad += other.data * out.grad\n            other.grad += self.data * out.grad\n"
_MUL_END = _MUL + "\n        out._backward = _backward\n        return out"
_PICK = (
    "    right = shifted[np.arange(len(target)), target]\n"
    "    return _reduce(shifted.exp().sum(dim=1).log() - right, reduction)"
)
_LOGS = "    logs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()\n    return _reduce(-logs[{}], reduction)"
_WINNERS = (
    "                share = np.zeros_like(self.data)\n"
    "                np.put_along_axis(share, np.expand_dims(self.data.argmax(axis=dim), dim), 1, axis=dim)\n"
)
_TO_LEFT = "            self.grad += unbroadcast(grad @ right.swapaxes(-1, -2), left.shape).reshape(self.data.shape)\n"
_TO_RIGHT = (
    "            other.grad += unbroadcast(left.swapaxes(-1, -2) @ grad, right.shape).reshape(other.data.shape)\n"
)
_RESTORED = "            self.grad += _restored(out.grad, dim, keepdim)\n\n        out._backward = _backward\n"
_GATHERS = (
    "    inputs = list(params)\n"
    "    for loss in losses:\n        loss.backward(inputs=inputs, retain_graph=True)"
)  # fmt: skip

SLIPS: dict[str, tuple[str, tuple[tuple[str, str], ...], str, str]] = {
    "a slope is printed": (
        EX01, (("    return (f(*above) - f(*below)) / (2 * eps)", "    print((f(*above) - f(*below)) / (2 * eps))"),),
        "slope", "returns_nothing",
    ),
    "the end of a descent is printed": (EX01, (("    return here", "    print(here)"),), "descent", "returns_nothing"),
    "a product is not returned": (EX02, ((_MUL_END, _MUL_END[: -len("return out")]),), "mul", "returns_nothing"),
    "a product is printed": (
        EX02, ((_MUL_END, _MUL_END.replace("return out", "print(out)")),), "mul", "returns_nothing",
    ),
    "an order is printed": (EX03, (("    return order", "    print(order)"),), "order", "returns_nothing"),
    "a sum of a tensor is printed": (
        EX04, ((_RESTORED + "        return out", _RESTORED + "        print(out)"),), "sum", "returns_nothing",
    ),
    "unbroadcast forgets to return": (
        EX04, (("    return grad.sum(axis=tuple(axis for", "    grad.sum(axis=tuple(axis for"),),
        "unbroadcast", "returns_nothing",
    ),
    "a loss is printed": (
        EX05,
        (("return _reduce((pred - target).abs(), reduction)", "print(_reduce((pred - target).abs(), reduction))"),),
        "l1", "returns_nothing",
    ),
    "a graph is printed": (
        EX06, (('    return "\\n".join(lines)', '    print("\\n".join(lines))'),), "format_graph", "returns_nothing",
    ),
    "a list of losses is printed": (
        EX12,
        (("    return [train_step(model, loss_fn, optimizer, x, y) for _ in range(epochs)]",
          "    print([train_step(model, loss_fn, optimizer, x, y) for _ in range(epochs)])"),),
        "fit_history", "returns_nothing",
    ),
    "other * out.grad": (EX02, ((_MUL, _MUL.replace("other.data *", "other *")),), "mul", "node_for_number"),
    "other * out.grad without __radd__": (
        EX02, ((_MUL, _MUL.replace("other.data *", "other *")), ("def __radd__", "def _radd")),
        "mul", "node_for_number",
    ),
    "other.data * out": (EX02, ((_MUL, _MUL.replace("data * out.grad", "data * out")),), "mul", "node_for_number"),
    "math.tanh(self)": (EX02, (("math.tanh(self.data)", "math.tanh(self)"),), "tanh", "node_for_number"),
    "out.grad * other, arrays": (EX04, (("out.grad * other.data", "out.grad * other"),), "mul", "node_for_number"),
    "np.exp(self)": (EX04, (("np.exp(self.data)", "np.exp(self)"),), "pointwise", "node_for_number"),
    "other.grad * out.grad": (
        EX02, ((_MUL, _MUL.replace("other.data *", "other.grad *")),), "mul", "grad_for_data_left",
    ),
    "other.grad and self.grad": (
        EX02, ((_MUL, _MUL.replace("other.data *", "other.grad *").replace("self.data *", "self.grad *")),),
        "mul", "grad_for_data",
    ),
    "1 - out.grad**2": (EX02, (("(1.0 - out.data**2)", "(1.0 - out.grad * out.grad)"),), "tanh", "grad_for_data"),
    "abs in place": (
        EX02,
        (('out = Value(abs(self.data), (self,), "abs")',
          'self.data = -self.data if self.data < 0 else self.data\n        out = Value(self.data, (self,), "abs")'),),
        "abs", "changes_operand",
    ),
    "the gradient starts at 1": (EX02, (("self.grad = 0.0", "self.grad = 1"),), "add", "grad_starts_elsewhere"),
    "out.grad on the right of b.T": (
        EX04, ((_TO_LEFT, "            self.grad += other.data.T @ out.grad\n"),),
        "matmul_2d", "plain_matmul_swapped_left",
    ),
    "out.grad on the left of a.T": (
        EX04, ((_TO_RIGHT, "            other.grad += out.grad @ self.data.T\n"),),
        "matmul_2d", "plain_matmul_swapped_right",
    ),
    "both": (
        EX04,
        ((_TO_LEFT, "            self.grad += np.transpose(other.data) @ out.grad\n"),
         (_TO_RIGHT, "            other.grad += out.grad @ np.transpose(self.data)\n")),
        "matmul_2d", "matmul_swapped",
    ),
    "data == data.max(axis=dim)": (
        EX04, ((_WINNERS, "                share = np.equal(self.data, np.max(self.data, axis=dim))\n"),),
        "max", "max_without_keepdims",
    ),
    "data == out.data": (
        EX04, ((_WINNERS, "                share = self.data == out.data\n"),), "max", "max_without_keepdims",
    ),
    "scores minus max(axis=1)": (
        EX05, (("logits.data.max(axis=1, keepdims=True)", "np.max(logits.data, axis=-1)"),),
        "stability", "max_without_keepdims",
    ),
    "log-softmax without keepdim": (
        EX05, ((_PICK, _LOGS.format("np.arange(len(target)), target").replace(", keepdim=True", "")),),
        "none", "sum_without_keepdim",
    ),
    "[:, target]": (EX05, (("shifted[np.arange(len(target)), target]", "shifted[:, target]"),), "mean", "all_columns"),
    "logs[:, target]": (EX05, ((_PICK, _LOGS.format(":, target")),), "sum", "all_columns"),
    "logs[target]": (EX05, ((_PICK, _LOGS.format("target")),), "cross_entropy", "rows_for_classes"),
    "[0, target]": (
        EX05, (("shifted[np.arange(len(target)), target]", "shifted[0, target]"),), "mean", "classes_of_first_row",
    ),
    "a generator that checks use up": (EX09, (("list(params)", "params"),), "generator", "checks_use_it_up"),
    "a generator that is kept": (
        EX09,
        (("list(params)", "params"),
         ("        if not self.params:", "        if isinstance(params, list) and not params:"),
         ("if not all(p.is_leaf for p", "if isinstance(params, list) and not all(p.is_leaf for p")),
        "generator", "keeps_iterator",
    ),
    "a generator for every loss": (
        EX08, ((_GATHERS, _GATHERS.replace("list(params)", "params")),), "generator", "used_up_by_first_loss",
    ),
    "a generator in two loops": (
        EX08,
        ((_GATHERS,
          "    for loss in losses:\n        for p in params:\n"
          "            loss.backward(inputs=p, retain_graph=True)"),),
        "generator", "goes_through_twice",
    ),
}  # fmt: skip
"""What slips: exercise, texts of the solution exchanged, the concept that tells it, and the name."""


def name_of(report: Report, concept: str) -> str:
    (found,) = [one for _, one in report.concepts() if one.id == concept]
    return next((check.misconception.id for check in found.checks if check.misconception), "")


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named(grade: Grade, solutions: dict[str, bytes], slip: str) -> None:
    exercise, changes, concept, name = SLIPS[slip]
    source = solutions[f"{exercise}.py"].decode()
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    files = {**solutions, f"{exercise}.py": source}
    assert name_of(grade(files, exercise, search=False), concept) == name


@pytest.mark.parametrize("exercise", [EX08, EX09])
def test_no_return_is_missed_where_none_is_due(grade: Grade, exercise: str) -> None:
    nothing = {
        EX08: "def zero_grad(params, set_to_none=True):\n    params = None\n",
        EX09: "class SGD:\n    def __init__(self, params, lr):\n        self.lr = lr\n\n    step = zero_grad = id\n",
    }
    report = grade({f"{exercise}.py": nothing[exercise]}, exercise, search=False)
    names = {check.misconception.id for _, one in report.concepts() for check in one.checks if check.misconception}
    assert report.score < report.max_score and "returns_nothing" not in names
