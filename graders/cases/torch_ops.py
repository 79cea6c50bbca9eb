"""The text of torch programs: how each operation of a `torch_graph` case is written in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.cases.torch_graph import Graph, Step

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

FUNCTIONS = {"walk_names": "walk", "format_names": "format_graph", "edge_outputs": "edges"}
"""Questions that look at one side of a function's answer, and that function."""

_NODES = "print([type(node).__name__ for node in unique_nodes({0})])"
_EDGES = "print([(type(a).__name__, type(b).__name__, output) for a, b, output in edges({0})])"
_QUESTIONS = {
    "walk": "print(*walk({0}), sep='\\n')",
    "unique_nodes": _NODES,
    "edges": _EDGES,
    "leaves": "print([name_of(leaf) for leaf in leaves({0})])",
    "format_graph": "print(format_graph({0}))",
    "reached_parameters": "print([name_of(leaf) for leaf in reached_parameters({0})])",
    "isolated": "print(isolated({0}, {1}))",
    "stepped": "print([name_of(p) for p in stepped({0}, {1})])",
    "connection": "found = connection({0}, {1})\n"
    "for field in ('updated', 'held_not_reached', 'reached_not_held'):\n"
    "    print(field, [name_of(p) for p in getattr(found, field)])",
}


def line(step: Step) -> str:
    """Return the Python text of one step."""
    if step.op in SILENT:
        return f"with torch.no_grad():\n    {', '.join(step.names)} = {_text(SILENT[step.op], step.args)}"
    text = _text(step.op, step.args)
    return f"{', '.join(step.names)} = {text}" if step.names else text


def questions(case: Graph, play: str) -> str:
    """Return the lines that put the questions of a case and print the answers."""
    calls = [(name,) for name in case.given] if play == "each" else [case.given]
    asked = [_QUESTIONS[FUNCTIONS.get(name, name)].format(*given) for given in calls for name in case.ask]
    if play == "unchanged":
        asked = [*asked, *asked]
        if case.given[0].startswith("loss") or "walk" in case.ask:
            asked.append(f"{case.given[0]}.backward()  # still works, and every .grad was as before")
    named = [_names(case)] if any("name_of" in text for text in asked) else []
    return "\n".join([*named, *asked])


def _names(case: Graph) -> str:
    """Return the definition of `name_of`, which tells tensors apart by identity, as the grader does."""
    made = {name: step.op for step in case.lines() for name in step.names}
    tensors = [name for name, op in made.items() if op in ("param", "leaf")]
    modules = [name for name, op in made.items() if op in ("linear", "deepcopy")]
    pairs = ", ".join(f"id({name}): {name!r}" for name in tensors)
    text = f"names = {{{pairs}}}\n"
    for name in modules:
        text += f"names |= {{id(p): '{name}.' + name for name, p in {name}.named_parameters()}}\n"
    return text + "name_of = lambda tensor: names.get(id(tensor), 'another tensor')"


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
