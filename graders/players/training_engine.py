"""Replays training on a numpy engine: one memory seen by engine and optimizer, single steps, the cubic fit."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getattr_static
from math import pi
from operator import attrgetter
from typing import Any

from numpy import array, float64, full_like, linspace, ones_like, sin, zeros

from graders.cases.training import Cubic, Memory, Training
from graders.players import torch_own as own
from graders.players.design import OPERANDS
from graders.players.scalar_walk import Walk, find_walk
from graders.players.seen import Seen
from graders.players.subject import Subject
from graders.players.tensor_engine import tensor_class, walk_back
from graders.players.tensor_reference import Tensor
from graders.players.training_build import OPTIMIZERS


def meeting_point(case: Memory, subject: Subject, seen: Seen) -> None:
    """Note the parameter made for a leaf, and what the leaf holds after an in-place step on that parameter."""
    shared_parameter = subject.get("shared_parameter")
    data = array(case.data, case.dtype).reshape(case.shape)
    leaf = Tensor(data.T if case.transposed else data)
    parameter = shared_parameter(leaf)
    seen(str(own.dtype(parameter) if isinstance(parameter, own.TENSOR) else parameter.dtype))
    seen(own.read(parameter))
    if isinstance(parameter, own.TENSOR):
        seen(own.is_leaf(parameter) and own.requires_grad(parameter))
        with own.Recording(False):
            own.sub_(parameter, 0.5)
    else:
        seen(bool(parameter.is_leaf and parameter.requires_grad))
        parameter -= 0.5
    seen(array(leaf.data))


def engine_steps(case: Training, subject: Subject, seen: Seen) -> None:
    """Note, after each `engine_step`, what it returned, the parameters' gradients and the leaves' numbers."""
    engine_step = subject.get("engine_step")
    x, y = Tensor(array(case.x)), Tensor(array(case.y).ravel())
    weight, bias = (Tensor(array(values)) for values in case.learner.params)
    leaves = [bias, weight]
    params = [own.parameter(own.from_numpy(leaf.data)) for leaf in leaves]
    if case.stale is not None:
        for leaf, param in zip(leaves, params, strict=True):
            leaf.grad = full_like(leaf.data, case.stale)
            own.set_grad(param, own.full_like(param, case.stale, requires_grad=False))
    optimizer = OPTIMIZERS[case.learner.optimizer](params, **dict(case.learner.options))
    for _ in range(case.steps):
        seen(engine_step(lambda: ((x @ weight + bias - y) ** 2).sum(), grader_backward, leaves, params, optimizer))
        for param in params:
            seen(own.read(own.grad(param)))
        for leaf in leaves:
            seen(array(leaf.data))


def cubic(case: Cubic, subject: Subject, seen: Seen) -> None:
    """Note the loss curve and the final coefficients of the cubic fit."""
    fit_cubic = subject.get("fit_cubic")
    engine: Any = Tensor
    backward: Callable[[Any], None] = grader_backward
    optimizer: Any = OPTIMIZERS[case.optimizer]
    if case.own:
        engine = tensor_class(Subject("ex04_tensor_closures", subject.module))
        backward = _own_backward(find_walk(Subject("ex03_backward", subject.module)), engine)
        optimizer = subject.get(case.optimizer, "ex10_sgd_momentum")
    x = linspace(-pi, pi, case.points)
    result = fit_cubic(
        engine, backward, lambda params: optimizer(params, **dict(case.options)), x, sin(x), case.start, case.steps
    )
    losses, coefficients = result
    seen(_curve(losses))
    seen(_curve(coefficients))


def grader_backward(loss: Any) -> None:
    """Walk from the loss and let every closure run once, after all nodes that use its result."""
    walk_back(loss, ones_like(loss.data))


def _own_backward(walk: Walk, engine: type) -> Callable[[Any], None]:
    """Return the student's walk over the student's engine, started with a gradient of the loss's own shape.

    Walk and engine come from two files that need not agree on more than closures: the engine borrows the methods that a
    walk's class has and its own has not, and shows its operands under every name that a walk may look for.
    """
    probe = engine(zeros(1))
    shown = next((name for name in OPERANDS if hasattr(probe, name)), "")
    for name in dir(walk.base) if walk.base else ():
        if not name.startswith("__") and not hasattr(probe, name):
            setattr(engine, name, getattr_static(walk.base, name))
    for name in OPERANDS:
        if shown and not hasattr(probe, name):
            setattr(engine, name, property(attrgetter(shown)))
    return lambda loss: walk.written(loss, ones_like(loss.data))


def _curve(values: Any) -> Any:
    """Return floats as an array, so that they can be plotted; anything else as it is."""
    plain = type(values) in (list, tuple) and all(type(value) is float for value in values)
    return array(values, float64) if plain else values
