"""The loop, and the whole machine on your own engine.

Why it matters
    Nothing connects `loss` to `optimizer`, so how does `loss.backward()` let `optimizer.step()` update the weights?
    They meet at the leaves: `backward()` walks from the loss to the leaves and adds into their `.grad`; the optimizer
    holds the same leaves and reads that `.grad`. In the first half of this file you put the four calls of a training
    step in order. In the second half you prove the answer: the gradients come from *your* engine, which knows nothing
    of torch, and any optimizer, torch's or your own, moves your engine's weights all the same, because engine and
    optimizer meet in one piece of memory.

What to write
    `train_step`             clear, forward, backward, step
    `fit`                    the same, epoch after epoch, with the losses written down
    `train_step_in_chunks`   one step whose gradient is gathered in several passes
    `shared_parameter`       a torch parameter in the memory of one of your engine's leaves
    `engine_step`            a training step in which your engine computes the gradients
    `fit_cubic`              the cubic fit of sin(x), on any engine and with any optimizer

    The last concept, the capstone, runs your `fit_cubic` on your `Tensor` of ex04 and your `backward` of ex03, with
    your `SGD` of ex10. They are handed in as arguments: this file need not import them. Until what they need is right,
    the capstone waits, and says for what.

One piece of memory
    A numpy array and a torch tensor can be two views of the same numbers, or a copy of them. At the prompt that
    `python -i` opens below:

    >>> array = np.array([1.0, 2.0])
    >>> same, copy = torch.from_numpy(array), torch.tensor(array)
    >>> array[0] = 5.0
    >>> same.tolist(), copy.tolist()
    ([5.0, 2.0], [1.0, 2.0])
    >>> same += 1.0             # in place: the array sees it
    >>> array
    array([6., 3.])
    >>> same = same + 1.0       # a new tensor with a new piece of memory: the array does not
    >>> array
    array([6., 3.])

Try your code
    $ python -i exercises/ex12_training_loop.py
    >>> model = nn.Linear(1, 1)
    >>> x = torch.linspace(0, 1, 8).reshape(8, 1)
    >>> losses = fit(model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.1), x, 2 * x, epochs=50)
    >>> losses[-1] < losses[0]
    True

Not asked here
    Devices, data loaders, schedulers, `train()` and `eval()`, mixed precision.

Often said, and wrong
    "`zero_grad` belongs between `backward` and `step`."  Then the message is erased before it is read: nothing moves.
    "A new loss function is tied to a model."  A loss reaches whatever its prediction was computed from, no more.
    "The optimizer steps the model whose loss went backward."  It steps the parameters it holds, whoever filled `.grad`.
    "backward() on a detached prediction leaves the gradients None."  It raises, and rightly: nothing was connected.
    "Two chunks: halve each loss."  Only if they are equally long; of 6 and 2 rows, one counts three times the other.

Read more, in torch's documentation
    Optimizing Model Parameters; torch.from_numpy
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def train_step(model: nn.Module, loss_fn: LossFunction, optimizer: Any, x: torch.Tensor, y: torch.Tensor) -> float:
    """Move the parameters one step and return the loss, as it was before they moved.

    Gradients that lie in the optimizer's parameters from before take no part; clear them through the optimizer. The
    gradients of this step are still in `.grad` afterwards. What backward raises is not caught.

    Args:
        model: Called once, as `model(x)`.
        loss_fn: Called once, as `loss_fn(prediction, y)`; returns a tensor of shape ().
        optimizer: Has `zero_grad()` and `step()`, and holds the parameters to be moved.
        x: Features, one row for each sample.
        y: Targets.

    Returns:
        The loss as a plain float, which keeps no graph alive.
    """
    # TODO: four calls; which must come before which? Then the loss as a plain number.
    raise NotImplementedError


def fit(
    model: nn.Module, loss_fn: LossFunction, optimizer: Any, x: torch.Tensor, y: torch.Tensor, epochs: int
) -> list[float]:
    """Train for `epochs` steps, each on all rows, and return the loss of every epoch before its step.

    Returns:
        A new list of `epochs` floats; empty when `epochs` is 0.
    """
    # TODO: you have train_step already.
    raise NotImplementedError


def train_step_in_chunks(
    model: nn.Module, loss_fn: LossFunction, optimizer: Any, x: torch.Tensor, y: torch.Tensor, chunk_size: int
) -> float:
    """Do what `train_step` does, with at most `chunk_size` rows in the model at a time.

    A batch may be too large for the memory that a graph takes. So the rows pass in chunks, in their order, the last
    one shorter when it must be; each chunk's backward runs before the next chunk enters the model, and the optimizer
    steps once, at the end. The parameters move exactly as if all rows had come at once.

    Args:
        model: Called once for each chunk.
        loss_fn: Returns the *mean* over the rows it is given.
        optimizer: As in `train_step`.
        x: Features, one row for each sample.
        y: Targets, as many rows.
        chunk_size: Most rows of a chunk, at least 1.

    Returns:
        The mean loss over all rows, as a plain float.
    """
    # TODO: x.split(chunk_size) gives the chunks. What does each one's mean count in the mean over all rows?
    raise NotImplementedError


def shared_parameter(leaf: Any) -> torch.Tensor:
    """Return a torch leaf that lives in the memory of an engine's leaf.

    Whoever changes the parameter in place thereby changes `leaf.data`, and the other way round: there is only one set
    of numbers, seen through two objects.

    Args:
        leaf: Has `data`, a floating numpy array of any shape.

    Returns:
        A leaf that requires a gradient, of the shape and dtype of `leaf.data`, such as an `nn.Parameter`.
    """
    # TODO: make a torch tensor without copying the numbers, and a leaf of it.
    raise NotImplementedError


def engine_step(
    compute_loss: Callable[[], Any],
    backward: Callable[[Any], None],
    leaves: Sequence[Any],
    params: Sequence[torch.Tensor],
    optimizer: Any,
) -> float:
    """Do one training step with the gradients of a numpy engine and a torch optimizer.

    The engine computes the loss from its leaves and adds the gradients into their `.grad`, numpy arrays. The optimizer
    holds `params`, which share the leaves' memory, and reads *their* `.grad`: somebody has to hand the gradients over.
    Old gradients take no part, neither those in the leaves nor those in the parameters. The gradients of this step are
    still in `params` afterwards.

    Args:
        compute_loss: The forward pass: returns a new loss node, whose `data` is one number.
        backward: The backward pass: `backward(loss)` adds into the `.grad` of the leaves.
        leaves: The engine's leaves, each with `data` and `grad`, arrays of the same shape. A cleared `grad` is zeros.
        params: One `shared_parameter` for each leaf.
        optimizer: Holds `params`.

    Returns:
        The loss before the step, as a plain float.
    """
    # TODO: the four calls of train_step, and one line more: who hands the gradients over?
    raise NotImplementedError


def fit_cubic(
    engine: Callable[[np.ndarray], Any],
    backward: Callable[[Any], None],
    make_optimizer: Callable[[list[torch.Tensor]], Any],
    x: np.ndarray,
    y: np.ndarray,
    start: Sequence[float],
    steps: int,
) -> tuple[list[float], list[float]]:
    """Fit a cubic polynomial to points, on a numpy engine.

    The prediction is `bias + w1 * x + w2 * x**2 + w3 * x**3` and the loss is the *sum* of the squared differences from
    `y`. The powers of x are data: compute them once, with numpy. `+ - * ** @` and `sum` are all it takes.

    Args:
        engine: The engine's class: `engine(array)` makes a leaf.
        backward: As in `engine_step`.
        make_optimizer: Given the list of parameters, returns the optimizer.
        x: The points, shape (n,).
        y: The values to be met, shape (n,).
        start: The four coefficients at the start, bias first.
        steps: Number of steps, each on all points.

    Returns:
        The loss before each step, and the four coefficients after the last one, bias first, all plain floats.
    """
    # TODO: leaves, their parameters and the optimizer once; then engine_step, again and again.
    raise NotImplementedError
