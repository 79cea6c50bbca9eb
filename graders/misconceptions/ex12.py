"""Wrong ideas about the training loop, each as a way to put the same few calls together."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn


def in_order(words: str, result: str = "number") -> Any:
    """Steps made of these words.

    Args:
        words: In time order: zero, forward, backward, step; again (a second forward), swapped and unhooked (forward
            with `loss_fn(y, prediction)` and with `model.forward`), silenced (the loss made to require a gradient).
        result: What is returned: the `"number"`, the `"tensor"`, `"nothing"`, `"text .4f"` or the like, `"round 2"`.
    """
    result, _, detail = result.partition(" ")
    returned: dict[str, Callable[[Any], Any]] = {
        "number": lambda loss: loss.item(),
        "tensor": lambda loss: loss,
        "nothing": lambda loss: None,
        "text": lambda loss: format(loss.item(), detail),
        "round": lambda loss: round(loss.item(), int(detail)),
    }

    def train_step(model: Any, loss_fn: Any, optimizer: Any, x: Any, y: Any) -> Any:
        loss: Any = None
        for word in words.split():
            if word in ("forward", "again"):
                loss = loss_fn(model(x), y)
            elif word == "swapped":
                loss = loss_fn(y, model(x))
            elif word == "unhooked":
                loss = loss_fn(model.forward(x), y)
            elif word == "silenced":
                loss = loss if loss.requires_grad else loss.requires_grad_()
            else:
                {"zero": optimizer.zero_grad, "backward": loss and loss.backward, "step": optimizer.step}[word]()
        return returned[result](loss)

    return SimpleNamespace(train_step=train_step)


def clears_the_model() -> Any:
    """Clears through the model instead of through the optimizer."""

    def train_step(model: Any, loss_fn: Any, optimizer: Any, x: Any, y: Any) -> Any:
        model.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return SimpleNamespace(train_step=train_step)


def history(which: str) -> Any:
    """Returns a wrong history of losses.

    Args:
        which: Losses `"after"` each step, only the `"last"` one, one `"extra"`, each `"mean"` so far; or one epoch
            `"short"`, or an `"early"` end once the loss no longer falls.
    """
    step = in_order("zero forward backward step").train_step

    def fit(model: Any, loss_fn: Any, optimizer: Any, x: Any, y: Any, epochs: int) -> Any:
        losses: list[float] = []
        for _ in range(epochs - 1 if which == "short" else epochs):
            if which == "early" and len(losses) > 1 and losses[-1] >= losses[-2]:
                break
            before = step(model, loss_fn, optimizer, x, y)
            losses.append(loss_fn(model(x), y).item() if which == "after" else before)
        if which == "extra":
            losses.append(loss_fn(model(x), y).item())
        if which == "mean":
            losses = [sum(losses[: n + 1]) / (n + 1) for n in range(len(losses))]
        return (losses[-1] if losses else None) if which == "last" else losses

    return SimpleNamespace(fit=fit)


def chunks(weight: str = "share", zero: str = "once", step: str = "once", split: str = "size") -> Any:
    """Gathers gradients over chunks.

    Args:
        weight: Of a chunk's loss: `"share"` of the rows, `"one"`, `"equal"`, `"nominal"` (as if no chunk were shorter);
            or `"report"` and `"last"`, where only the number returned is weighted or is that of the last chunk.
        zero: Gradients are cleared `"once"`, or for `"each"` chunk.
        step: The optimizer steps `"once"`, or for `"each"` chunk.
        split: Chunks of that `"size"`, that `"count"` of chunks, `"none"` at all, or only the `"full"` ones.
    """

    def train_step_in_chunks(model: Any, loss_fn: Any, optimizer: Any, x: Any, y: Any, chunk_size: int) -> float:
        optimizer.zero_grad()
        total = 0.0
        parts = _parts(split, x, y, chunk_size)
        for xs, ys in parts:
            if zero == "each":
                optimizer.zero_grad()
            share = len(xs) / len(x)
            unweighted = {"one": 1.0, "equal": 1.0 / len(parts), "nominal": chunk_size / len(x), "report": 1.0}
            loss = loss_fn(model(xs), ys)
            (loss * unweighted.get(weight, share)).backward()
            total += loss.item() * (share if weight == "report" else unweighted.get(weight, share))
            total = loss.item() if weight == "last" else total
            if step == "each":
                optimizer.step()
        if step == "once":
            optimizer.step()
        return total

    return SimpleNamespace(train_step_in_chunks=train_step_in_chunks)


def one_backward() -> Any:
    """Adds the weighted losses of all chunks and goes backward once."""

    def train_step_in_chunks(model: Any, loss_fn: Any, optimizer: Any, x: Any, y: Any, chunk_size: int) -> Any:
        optimizer.zero_grad()
        parts = _parts("size", x, y, chunk_size)
        loss = sum(loss_fn(model(xs), ys) * (len(xs) / len(x)) for xs, ys in parts)
        loss.backward()
        optimizer.step()
        return loss.item()

    return SimpleNamespace(train_step_in_chunks=train_step_in_chunks)


def _parts(split: str, x: Any, y: Any, size: int) -> list[tuple[Any, Any]]:
    ways: dict[str, Callable[[Any], Any]] = {
        "size": lambda rows: rows.split(size),
        "count": lambda rows: rows.chunk(size),
        "none": lambda rows: (rows,),
        "full": lambda rows: rows[: len(rows) // size * size].split(size),
    }
    return list(zip(ways[split](x), ways[split](y), strict=True))


def parameter(how: str) -> Any:
    """Parameters that are a `"copy"`, `"flat"` or of one dtype, or share the memory but are `"frozen"`."""
    ways: dict[str, Callable[[Any], Any]] = {
        "copy": lambda data: nn.Parameter(torch.tensor(data)),
        "flat": lambda data: nn.Parameter(torch.from_numpy(data.reshape(-1))),
        "float32": lambda data: nn.Parameter(torch.from_numpy(data).float()),
        "float64": lambda data: nn.Parameter(torch.from_numpy(data).double()),
        "frozen": torch.from_numpy,
    }
    return SimpleNamespace(shared_parameter=lambda leaf: ways[how](leaf.data))


def engine(words: str) -> Any:
    """Steps on an engine made of these words.

    Args:
        words: In time order: zero (of the parameters), clear (of the leaves), backward, step; hand, twice and data
            (hand the leaves' gradients over, twice of them, or their numbers).
    """
    handed: dict[str, Callable[[Any], Any]] = {
        "hand": lambda leaf: leaf.grad,
        "twice": lambda leaf: leaf.grad + leaf.grad,
        "data": lambda leaf: leaf.data.copy(),
    }

    def engine_step(compute_loss: Any, backward: Any, leaves: Any, params: Any, optimizer: Any) -> float:
        loss: Any = None
        for word in words.split():
            if word == "zero":
                optimizer.zero_grad()
            elif word == "clear":
                for leaf in leaves:
                    leaf.grad = np.zeros_like(leaf.data)
            elif word == "backward":
                loss = compute_loss()
                backward(loss)
            elif word in handed:
                for leaf, param in zip(leaves, params, strict=True):
                    param.grad = torch.as_tensor(handed[word](leaf))
            elif word == "step":
                optimizer.step()
        return float(loss.data)

    return SimpleNamespace(engine_step=engine_step)


def cubic(loss: str = "sum", powers: tuple[int, ...] = (1, 2, 3), change: str = "") -> Any:
    """Cubic fits with another loss or other powers.

    Args:
        loss: `"sum"` or `"mean"` of the squares, or the sum of the `"abs"` differences.
        powers: Of x, in the order of the coefficients.
        change: `"after"`: the losses are those after each step; `"bias last"` in what is returned; `"fixed bias"`;
            `"one more"` step.
    """
    step = engine("zero clear backward hand step").engine_step

    def fit_cubic(make: Any, backward: Any, make_optimizer: Any, x: Any, y: Any, start: Any, steps: int) -> Any:
        features = make(np.stack([x**power for power in powers], axis=1))
        leaves = bias, weights = [make(np.array(start[:1])), make(np.array(start[1:]))]
        if change == "fixed bias":
            leaves = [weights]
        params = [nn.Parameter(torch.from_numpy(leaf.data)) for leaf in leaves]
        optimizer = make_optimizer(params)

        def compute_loss() -> Any:
            gap = features @ weights + bias - make(y)
            squares = gap.abs() if loss == "abs" else gap**2
            return squares.mean() if loss == "mean" else squares.sum()

        count = steps + 1 if change == "one more" else steps
        losses = [step(compute_loss, backward, leaves, params, optimizer) for _ in range(count)]
        if change == "after":
            losses = [*losses[1:], float(compute_loss().data)]
        ends = (weights, bias) if change == "bias last" else (bias, weights)
        return losses, [float(number) for leaf in ends for number in leaf.data]

    return SimpleNamespace(fit_cubic=fit_cubic)
