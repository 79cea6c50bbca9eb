"""The text of torch programs: how the operations of a `torch_graph` case are written, and what answers are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graders.cases.torch_graph import CONNECTION, FUNCTIONS, Graph, Step

TEXTS: dict[str, str | Callable[[Sequence[Any]], str]] = {
    # Leaves: a value and a shape.
    "param": lambda args: f"nn.Parameter({_full(args)})",
    "leaf": lambda args: _full(args)[:-1] + ", requires_grad=True)",
    "data": lambda args: _full(args),
    # Arithmetic: tensors and numbers.
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0} * {1}",
    "div": "{0} / {1}",
    "pow": "{0} ** {1}",
    "neg": "-{0}",
    "exp": "{0}.exp()",
    "tanh": "{0}.tanh()",
    "abs": "{0}.abs()",
    "relu": "{0}.relu()",
    "sum": "{0}.sum()",
    "mean": "{0}.mean()",
    "unbind": "{0}.unbind()",
    "split": "{0}.split(1)",
    "mse_loss": "nn.functional.mse_loss({0}, {1})",
    "l1_loss": "nn.L1Loss()({0}, {1})",
    # Cuts.
    "detach": "{0}.detach()",
    "freeze": "{0}.requires_grad_(False)",
    # Modules.
    "linear": "nn.Linear({0}, {1})",
    "call": "{0}({1})",
    "bind": "{0}",
    "plain_list": "[{0}]  # a plain list: nn.Module does not look into it",
    "replace": "nn.Parameter({0}.detach().clone())",
    "rewrap": "nn.Parameter({0}.detach())  # the same memory",
    "double": "{0}.double()",
    "reload": "{0}.load_state_dict({0}.state_dict())",
    "assign": "{0}.load_state_dict(copy.deepcopy({0}.state_dict()), assign=True)",
    "deepcopy": "copy.deepcopy({0})",
    # Optimizers: names, "*module" for all parameters of a module, None between groups.
    "sgd": lambda args: f"torch.optim.SGD({_held(args)}, lr=0.1)",
    "adam": lambda args: f"torch.optim.Adam({_held(args)}, lr=0.1)",
    "add_group": lambda args: f'{args[0]}.add_param_group({{"params": {_params(args[1:])}}})',
    # What happened before the question is asked.
    "backward": "{0}.backward()",
    "step": "{0}.step()",
    "zero_grad": "{0}.zero_grad()",
    "keep_grad": "torch.ones_like({0})",
}
"""Operation to the text of its right-hand side, or to a function of its arguments that gives the text."""

SILENT = {"mul_no_grad": "mul", "call_no_grad": "call"}
"""Operations that are carried out under `torch.no_grad()`."""

_SIDES = {
    "walk_names": "the names in {}",
    "format_names": "the names in {}",
    "edge_outputs": "the output indices in {}",
    "walk_count": "len({})",
    "node_count": "len({})",
    "edge_count": "len({})",
    "leaf_count": "len({})",
    "line_count": "len({}.splitlines())",
}


def labels(name: str, given: Sequence[str]) -> list[str]:
    """Return what the answers to a question are called, asked about some tensors and optimizers."""
    call = f"{FUNCTIONS.get(name, name)}({', '.join(given)})"
    if name == "connection":
        return list(CONNECTION)
    return [_SIDES.get(name, "{}").format(call)]


def leaves(steps: Iterable[Step]) -> list[str]:
    """Return the names of the leaves that some steps make, in their order, those of modules included."""
    found: dict[str, None] = {}
    for step in steps:
        if step.op in ("param", "leaf", "replace", "rewrap"):
            found |= dict.fromkeys(name for name in step.names if "." not in name)
        elif step.op in ("linear", "deepcopy"):
            found |= dict.fromkeys(f"{name}.{inner}" for name in step.names for inner in ("weight", "bias"))
    return list(found)


def unchanged(case: Graph) -> list[str]:
    """Return what the things are called that an onlooker leaves alone, for models in a few sentences."""
    steps = list(case.lines())
    if not any(step.op == "linear" for step in steps):
        return [f"{name}{side}" for name in leaves(steps) for side in ("", ".grad", ".requires_grad")]
    groups = ["the groups are as before"] * ("optimizer" in case.given)
    return ["every .grad is as before", "values and requires_grad are as before", *groups]


def again(call: str, loss: str = "") -> str:
    """Return what is true of a call that changes nothing."""
    return f"{call} gives the same {f'after {loss}.backward()' if loss else 'again'}"


def line(step: Step) -> str:
    """Return the Python text of one step."""
    if step.op in SILENT:
        return f"with torch.no_grad():\n    {', '.join(step.names)} = {_text(SILENT[step.op], step.args)}"
    text = _text(step.op, step.args)
    return f"{', '.join(step.names)} = {text}" if step.names else text


def _text(op: str, args: Sequence[Any]) -> str:
    form = TEXTS[op]
    return form.format(*(_atom(arg) for arg in args)) if isinstance(form, str) else form(args)


def _atom(arg: Any) -> str:
    return arg if isinstance(arg, str) else repr(arg)


def _full(args: Sequence[Any]) -> str:
    value, *shape = args
    return f"torch.full({tuple(shape)!r}, {value!r})"


def _params(args: Sequence[Any]) -> str:
    return "[" + ", ".join(f"{arg}.parameters()" if arg.startswith("*") else arg for arg in args) + "]"


def _held(args: Sequence[Any]) -> str:
    groups: list[list[Any]] = [[]]
    for arg in args:
        if arg is None:
            groups.append([])
        else:
            groups[-1].append(arg)
    if len(groups) == 1:
        return _params(groups[0])
    return "[" + ", ".join(f'{{"params": {_params(group)}}}' for group in groups) + "]"
