"""Replays training runs: the student's steps on small torch models, watched from outside."""

from __future__ import annotations

from typing import Any

from graders.cases.training import SideBySide, Training
from graders.players import torch_own as own
from graders.players.seen import Seen
from graders.players.subject import Subject
from graders.players.training_build import (
    data_of,
    loss_of,
    model_of,
    named,
    optimizer_of,
    rows,
    set_stale,
    shift_with_each_step,
)
from graders.players.training_engine import cubic, engine_steps, meeting_point
from graders.players.training_watch import Watch
from graders.sandbox.refusal import Refused

__all__ = [
    "calls",
    "chunk_timeline",
    "chunked_steps",
    "cubic",
    "cut_off",
    "engine_steps",
    "history",
    "meeting_point",
    "steps",
    "turns",
]


def steps(case: Training, subject: Subject, seen: Seen) -> None:
    """Note, after each call of `train_step`, what it returned, whether backward ran, gradients and parameters."""
    _stepwise(case, subject.get("train_step"), seen, watched=True)


def chunked_steps(case: Training, subject: Subject, seen: Seen) -> None:
    """Note, after each call of `train_step_in_chunks`, what it returned, gradients and parameters."""
    step = subject.get("train_step_in_chunks")
    _stepwise(case, lambda *arguments: step(*arguments, case.chunk_size), seen)


def calls(case: Training, subject: Subject, seen: Seen) -> None:
    """Note what one call of `train_step` calls how often, and what it hands to the loss function.

    That backward and step are called at all is the affair of another play.
    """
    train_step = subject.get("train_step")
    model, (x, y) = model_of(case.learner), data_of(case)
    optimizer = optimizer_of(case.learner, model)
    watch = Watch(model, optimizer, loss_of(case.learner.loss))
    train_step(model, watch.loss_fn, optimizer, x, y)
    seen(watch.count("forward"))
    seen(watch.count("loss"))
    seen(bool(watch.arguments) and len(watch.arguments[0]) > 1 and watch.arguments[0][1] is y)
    seen(max(0, watch.count("backward") - 1))
    seen(max(0, watch.count("step") - 1))


def cut_off(case: Training, subject: Subject, seen: Seen) -> None:
    """Note what a prediction without a graph leads to, and the parameters afterwards."""
    train_step = subject.get("train_step")
    model, (x, y) = model_of(case.learner, case.cut), data_of(case)
    set_stale(model, case.stale)
    try:
        train_step(model, loss_of(case.learner.loss), optimizer_of(case.learner, model), x, y)
    except (NotImplementedError, Refused):
        raise
    except Exception as error:  # the exception is what this case is about
        seen(type(error).__name__)
    else:
        seen(None)
    for _, parameter in named(model):
        seen(own.read(parameter))


def chunk_timeline(case: Training, subject: Subject, seen: Seen) -> None:
    """Note in which order chunks, backward passes and the step come, and which rows' gradients the step finds.

    Each row has a feature of its own, so the gradient of that feature's weight tells whether the row has a share.
    """
    step = subject.get("train_step_in_chunks")
    model, (x, y) = model_of(case.learner), data_of(case)
    optimizer = optimizer_of(case.learner, model)
    watch = Watch(model, optimizer, loss_of(case.learner.loss))
    step(model, watch.loss_fn, optimizer, x, y, case.chunk_size)
    seen([event for event in watch.events if event != "loss"])
    seen(watch.found)


def turns(case: SideBySide, subject: Subject, seen: Seen) -> None:
    """Note the parameters of both models after each call of `train_step`."""
    train_step = subject.get("train_step")
    learners = {"a": case.a, "b": case.b}
    models = {name: model_of(learner) for name, learner in learners.items()}
    optimizers = {name: optimizer_of(learner, models[name]) for name, learner in learners.items()}
    losses = {name: loss_of(learner.loss) for name, learner in learners.items()}
    x, y = rows(case.x), rows(case.y)
    for model, loss, optimizer in map(tuple, case.turns):
        train_step(models[model], losses[loss], optimizers[optimizer], x, y)
        for other in models.values():
            for _, parameter in named(other):
                seen(own.read(parameter))


def history(case: Training, subject: Subject, seen: Seen) -> None:
    """Note what `fit` returns, and where the parameters end."""
    fit = subject.get("fit")
    model, (x, y) = model_of(case.learner), data_of(case)
    optimizer = optimizer_of(case.learner, model)
    shift_with_each_step(optimizer, model, case.shift)
    seen(own.read(fit(model, loss_of(case.learner.loss), optimizer, x, y, case.steps)))
    for _, parameter in named(model):
        seen(own.read(parameter))


def _stepwise(case: Training, train_step: Any, seen: Seen, watched: bool = False) -> None:
    model, (x, y) = model_of(case.learner), data_of(case)
    optimizer, loss_fn = optimizer_of(case.learner, model), loss_of(case.learner.loss)
    watch = Watch(model) if watched else None
    set_stale(model, case.stale)
    for _ in range(case.steps):
        loss = train_step(model, loss_fn, optimizer, x, y)
        seen(isinstance(loss, own.TENSOR))
        seen(own.read(loss))
        if watch:
            seen("backward" in watch.events)
            watch.events.clear()
        for _, parameter in named(model):
            seen(own.read(own.grad(parameter)))
        for _, parameter in named(model):
            seen(own.read(parameter))
