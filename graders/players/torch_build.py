"""Carries out the lines of a `torch_graph` case and keeps track of what its tensors are called."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import nn

from graders.cases.torch_graph import Atom, Graph, Repeat, Step

_DEEP = 5_000
"""Loops longer than this leave a graph that must not be freed while the process lives."""


class Built:
    """What the lines of a case have made.

    Attributes:
        env: Name to tensor, module or optimizer.
        tensors: (name, tensor) of every leaf, parameters of modules included, in the order in which they were made.
            A leaf whose name went to another one is called `"old ..."`.
    """

    def __init__(self, case: Graph) -> None:
        self.env: dict[str, Any] = {}
        self.tensors: list[tuple[str, torch.Tensor]] = []
        self._ids: dict[int, int] = {}
        self._case = case
        for step in case.steps:
            if isinstance(step, Repeat):
                self._repeat(step)
            else:
                self._do(step)

    @property
    def given(self) -> tuple[Any, ...]:
        """What the student's functions are called with."""
        return tuple(self.value(name) for name in self._case.given)

    def value(self, atom: Atom) -> Any:
        """Return what an argument stands for: a number is itself, a name may be dotted."""
        if not isinstance(atom, str):
            return atom
        first, *rest = atom.split(".")
        value = self.env[first]
        for name in rest:
            value = getattr(value, name)
        return value

    def name_of(self, tensor: Any) -> str | None:
        """Return the name of a leaf, found by identity; None when it is no leaf of this case."""
        place = self._ids.get(id(tensor))
        return None if place is None else self.tensors[place][0]

    def outlive(self) -> None:
        """Keep a very deep graph until the process ends.

        torch 2.13 frees a graph that Python has walked one C call inside the other, and 50,000 of them overflow the
        stack. A leaf whose `.grad` holds the graph that holds the leaf is a cycle that nobody frees.
        """
        if any(isinstance(step, Repeat) and step.times > _DEEP for step in self._case.steps):
            self.tensors[0][1].grad = self.given[0]

    def _do(self, step: Step) -> None:
        args = list(self._held(step.args) if step.op in _HELD else map(self.value, step.args))
        result = OPS[step.op](*args)
        values = result if len(step.names) > 1 else (result,)
        for name, value in zip(step.names, values, strict=len(step.names) > 0):
            self._bind(name, value)
        if step.op == "assign":
            self._note_module(str(step.args[0]), args[0])

    def _repeat(self, repeat: Repeat) -> None:
        env = self.env
        body = [(OPS[step.op], step.args, step.names[0]) for step in repeat.steps]
        if len(body) == 1 and body[0][1] == (body[0][2],):  # y = f(y): the deep chains, as fast as they can be made
            operation, _, name = body[0]
            value = env[name]
            for _ in range(repeat.times):
                value = operation(value)
            env[name] = value
            return
        for _ in range(repeat.times):
            for operation, args, name in body:
                env[name] = operation(*[env[arg] if type(arg) is str else arg for arg in args])

    def _bind(self, name: str, value: Any) -> None:
        owner, _, attribute = name.rpartition(".")
        if owner:
            setattr(self.value(owner), attribute, value)
        else:
            self.env[name] = value
        if isinstance(value, torch.Tensor):
            if value.is_leaf and attribute != "grad":
                self._note(name, value)
        elif isinstance(value, nn.Module):
            self._note_module(name, value)

    def _note_module(self, name: str, module: nn.Module) -> None:
        for inner, parameter in module.named_parameters():
            self._note(f"{name}.{inner}", parameter)

    def _note(self, name: str, tensor: torch.Tensor) -> None:
        if id(tensor) in self._ids:
            return
        for place, (known, earlier) in enumerate(self.tensors):
            if known == name:
                self.tensors[place] = (f"old {name}", earlier)
        self._ids[id(tensor)] = len(self.tensors)
        self.tensors.append((name, tensor))

    def _held(self, args: Sequence[Atom]) -> Iterator[Any]:
        """Yield what an optimizer is built from: a list of tensors for each group, the optimizer itself as it is."""
        group: list[Any] = []
        for arg in args:
            value = self.value(arg.lstrip("*")) if isinstance(arg, str) else arg
            if isinstance(value, torch.optim.Optimizer):
                yield value
            elif value is None:
                yield group
                group = []
            else:
                group += value.parameters() if isinstance(value, nn.Module) else [value]
        yield group


def _full(*args: Any) -> torch.Tensor:
    return torch.full(args[1:], args[0])


def _silent(operation: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        with torch.no_grad():
            return operation(*args)

    return run


def _optimizer(kind: Callable[..., torch.optim.Optimizer]) -> Callable[..., torch.optim.Optimizer]:
    def make(*groups: list[Any]) -> torch.optim.Optimizer:
        return kind(groups[0] if len(groups) == 1 else [{"params": group} for group in groups], lr=0.1)

    return make


OPS: dict[str, Callable[..., Any]] = {
    "param": lambda *args: nn.Parameter(_full(*args)),
    "leaf": lambda *args: _full(*args).requires_grad_(),
    "data": _full,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": torch.neg,
    "exp": lambda a: a.exp(),
    "tanh": lambda a: a.tanh(),
    "abs": lambda a: a.abs(),
    "relu": lambda a: a.relu(),
    "sum": lambda a: a.sum(),
    "mean": lambda a: a.mean(),
    "unbind": lambda a: a.unbind(),
    "split": lambda a: a.split(1),
    "mse_loss": lambda a, b: nn.functional.mse_loss(a, b),
    "l1_loss": lambda a, b: nn.L1Loss()(a, b),
    "detach": lambda a: a.detach(),
    "freeze": lambda a: a.requires_grad_(False),
    "linear": lambda inputs, outputs: nn.Linear(inputs, outputs),
    "call": lambda module, a: module(a),
    "bind": lambda a: a,
    "plain_list": lambda a: [a],
    "replace": lambda a: nn.Parameter(a.detach().clone()),
    "rewrap": lambda a: nn.Parameter(a.detach()),
    "double": lambda module: module.double(),
    "reload": lambda module: module.load_state_dict(module.state_dict()),
    "assign": lambda module: module.load_state_dict(copy.deepcopy(module.state_dict()), assign=True),
    "deepcopy": copy.deepcopy,
    "sgd": _optimizer(torch.optim.SGD),
    "adam": _optimizer(torch.optim.Adam),
    "add_group": lambda optimizer, group: optimizer.add_param_group({"params": group}),
    "backward": lambda loss: loss.backward(),
    "step": lambda optimizer: optimizer.step(),
    "zero_grad": lambda owner: owner.zero_grad(),
    "keep_grad": torch.ones_like,
}
"""Operation to what it does; the same keys as `torch_ops.TEXTS` and `torch_ops.SILENT`."""
OPS["mul_no_grad"], OPS["call_no_grad"] = _silent(OPS["mul"]), _silent(OPS["call"])

_HELD = frozenset({"sgd", "adam", "add_group"})
