"""Carries out the lines of a `torch_graph` case and keeps track of what its tensors are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import Module
from torch.optim import SGD, Adam, Optimizer

from graders.cases.torch_graph import DEEP, DEEPEST, READY, Atom, Graph, Repeat, Step
from graders.players import torch_own as own


class Built:
    """What the lines of a case have made.

    Attributes:
        env: Name to tensor, module or optimizer.
        tensors: (name, tensor) of every leaf, parameters of modules included, in the order in which they were made.
            A leaf whose name went to another one is called `"old ..."`.
    """

    def __init__(self, case: Graph) -> None:
        if made := READY.pop(case.steps, None):
            vars(self).update(made, _case=case)
            return
        self.env: dict[str, Any] = {}
        self.tensors: list[tuple[str, Tensor]] = []
        self._ids: dict[int, int] = {}
        self._made: dict[str, int] = {}
        self._case = case
        self._first = own.sequence_number()
        for step in case.steps:
            if isinstance(step, Repeat):
                self._repeat(step)
            else:
                self._do(step)
        self._end = own.sequence_number()

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
            value = own.attribute(value, name)
        return value

    def node_name(self, node: Any) -> str | None:
        """Return what a node of this construction is called; None for any other node.

        A node goes by the value that it made, or by its type alone where that has no name: torch counts the nodes that
        it makes. What is connected to what is not asked, for that is the student's to find out.
        """
        kind = type(node).__name__
        if hasattr(node, "variable"):
            name = self.name_of(node.variable)
            return None if name is None else f"{kind} of {name}"
        made = node._sequence_nr()
        if not self._first <= made < self._end:
            return None
        name = next((name for name in reversed(self._made) if self._made[name] == made), None)
        return kind if name is None else f"{kind} of {name}"

    def name_of(self, tensor: Any) -> str | None:
        """Return the name of a leaf, found by identity; None when it is no leaf of this case."""
        place = self._ids.get(id(tensor))
        return None if place is None else self.tensors[place][0]

    def outlive(self) -> None:
        """Keep a very deep graph until the process ends.

        torch 2.13 frees a graph that Python has walked one C call inside the other, and 50,000 of them overflow the
        stack. A leaf whose `.grad` holds the graph that holds the leaf is a cycle that nobody frees.
        """
        if any(isinstance(step, Repeat) and step.times > DEEP for step in self._case.steps):
            own.set_grad(self.tensors[0][1], self.given[0])

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
            self._bind(name, value)
            return
        for _ in range(repeat.times):
            for operation, args, name in body:
                env[name] = operation(*[env[arg] if type(arg) is str else arg for arg in args])
        for _, _, name in body:
            self._bind(name, env[name])

    def _bind(self, name: str, value: Any) -> None:
        owner, _, attribute = name.rpartition(".")
        if owner:
            _set(self.value(owner), attribute, value)
        else:
            self.env[name] = value
        if isinstance(value, own.TENSOR):
            if not own.is_leaf(value):
                self._made[name] = own.grad_fn(value)._sequence_nr()
            elif attribute != "grad":
                self._note(name, value)
        elif isinstance(value, Module):
            self._note_module(name, value)

    def _note_module(self, name: str, module: Module) -> None:
        for inner, parameter in own.named_parameters(module):
            self._note(f"{name}.{inner}", parameter)

    def _note(self, name: str, tensor: Tensor) -> None:
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
            if isinstance(value, Optimizer):
                yield value
            elif value is None:
                yield group
                group = []
            else:
                group += own.parameters(value) if isinstance(value, Module) else [value]
        yield group


def make_ready() -> None:
    """Carry out the longest program before the fork, for all workers that will be asked about it."""
    READY[DEEPEST] = vars(Built(Graph(DEEPEST, (), ())))


def _set(owner: Any, attribute: str, value: Any) -> None:
    if isinstance(owner, Module):
        own.set_attribute(owner, attribute, value)
    elif attribute == "grad":
        own.set_grad(owner, value)
    else:
        setattr(owner, attribute, value)


def _full(*args: Any) -> Tensor:
    return own.full(args[1:], args[0])


def _silent(operation: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        with own.Recording(False):
            return operation(*args)

    return run


def _binary(operation: Callable[..., Any], reflected: Callable[..., Any]) -> Callable[..., Any]:
    """Return what an operator does with two values of which at least one is a tensor."""
    return lambda a, b: operation(a, b) if isinstance(a, own.TENSOR) else reflected(b, a)


def _optimizer(kind: Callable[..., Optimizer]) -> Callable[..., Optimizer]:
    def make(*groups: list[Any]) -> Optimizer:
        return kind(groups[0] if len(groups) == 1 else [{"params": group} for group in groups], lr=0.1)

    return make


def _assign(module: Module) -> None:
    _load_state(module, deepcopy(_state(module)), assign=True)


def _clear(module: Module) -> None:
    for parameter in own.parameters(module):
        own.set_grad(parameter, None)


def _method(of_module: Callable[..., Any], of_other: Callable[..., Any]) -> Callable[..., Any]:
    """Return a call of what modules and, under the same name, tensors or optimizers have."""
    return lambda value, *args: (of_module if isinstance(value, Module) else of_other)(value, *args)


_call, _state, _load_state = Module.__call__, Module.state_dict, Module.load_state_dict
_add_group = Optimizer.add_param_group
_STEPS: dict[type, Callable[[Any], Any]] = {kind: kind.step for kind in (SGD, Adam)}

OPS: dict[str, Callable[..., Any]] = {
    "param": lambda *args: own.parameter(_full(*args)),
    "leaf": lambda *args: own.require_grad(_full(*args)),
    "data": _full,
    "add": _binary(Tensor.__add__, Tensor.__radd__),
    "sub": _binary(Tensor.__sub__, Tensor.__rsub__),
    "mul": _binary(Tensor.__mul__, Tensor.__rmul__),
    "div": _binary(Tensor.__truediv__, Tensor.__rtruediv__),
    "pow": _binary(Tensor.__pow__, Tensor.__rpow__),
    "neg": torch.neg,
    "exp": Tensor.exp,
    "tanh": Tensor.tanh,
    "abs": Tensor.abs,
    "relu": Tensor.relu,
    "sum": own.total,
    "mean": own.mean,
    "unbind": Tensor.unbind,
    "split": partial(Tensor.split, split_size=1),
    "mse_loss": nn.functional.mse_loss,
    "l1_loss": nn.functional.l1_loss,
    "detach": own.detach,
    "freeze": _method(own.freeze, lambda a: own.require_grad(a, False)),
    "linear": nn.Linear,
    "call": _call,
    "bind": lambda a: a,
    "plain_list": lambda a: [a],
    "replace": lambda a: own.parameter(own.clone(own.detach(a))),
    "rewrap": lambda a: own.parameter(own.detach(a)),
    "double": _method(Module.double, Tensor.double),
    "reload": lambda module: _load_state(module, _state(module)),
    "assign": _assign,
    "deepcopy": deepcopy,
    "sgd": _optimizer(SGD),
    "adam": _optimizer(Adam),
    "add_group": lambda optimizer, group: _add_group(optimizer, {"params": group}),
    "backward": own.backward,
    "step": lambda optimizer: _STEPS[type(optimizer)](optimizer),
    "zero_grad": _method(_clear, Optimizer.zero_grad),
    "keep_grad": own.ones_like,
}
"""Operation to what it does; the same keys as `torch_ops.TEXTS` and `torch_ops.SILENT`."""
OPS["mul_no_grad"], OPS["call_no_grad"] = _silent(OPS["mul"]), _silent(OPS["call"])

_HELD = frozenset({"sgd", "adam", "add_group"})
