"""Gradients by nudging: ask a function how it changes, without looking inside it.

Why it matters
    You have written `loss.backward()` and `optimizer.step()` before. Nothing connects the two: the optimizer never sees
    the loss. So how do the weights know where to go? Half of the answer is the gradient, and a gradient is only a list
    of numbers, one for each weight: how much the loss moves when this weight alone moves a little. In calculus each of
    these numbers is a *derivative*. You need no calculus to measure one, only two calls of the function.

What to write
    `central_difference`   one slope, from two calls of `f`
    `numerical_gradient`   one slope for each argument
    `descend`              walk downhill with those slopes: gradient descent

An example
    The line f(x) = 3x rises by 3 for each 1 that x moves. Nudge x = 2 to either side by 0.5:

    >>> f = lambda x: 3 * x
    >>> f(2.5), f(1.5)          # 1.0 apart in x, 3.0 apart in f: the slope is 3
    (7.5, 4.5)

Try your code
    $ python -i exercises/ex01_finite_differences.py
    >>> round(central_difference(lambda x: x**2, 3.0), 6)
    6.0

Not asked here
    Kinks, poles, higher derivatives, choosing the best `eps`, speed.

Often said, and wrong
    "The smaller the nudge, the better."  Below about 1e-5 the two values agree in so many digits that their difference
    is mostly rounding: with eps=1e-12 few correct digits are left, with eps=1e-17 the nudge is lost altogether.
    "Nudging is how torch does it."  A gradient with n numbers costs 2n calls of `f` here; `backward()` gets all of
    them from one walk, exact to rounding. From ex02 on you build that, and this file is how you can check it.

Read more, in torch's documentation
    torch.autograd.gradcheck, which does the same to test torch itself
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def central_difference(f: Callable[..., float], *vals: float, arg: int = 0, eps: float = 1e-5) -> float:
    """Return the slope of `f` along one of its arguments, measured on both sides of the point.

    Args:
        f: A function of `len(vals)` floats.
        *vals: The point at which the slope is wanted.
        arg: Position, counted from 0, of the argument that is nudged; all others stay as they are.
        eps: How far it is nudged, to each side.

    Example:
        >>> central_difference(lambda x, y: 10 * x + y, 1.0, 2.0, arg=1, eps=0.5)
        1.0
    """
    # TODO: call f on both sides of the point, and turn the two values into a slope.
    raise NotImplementedError


def numerical_gradient(f: Callable[..., float], xs: Sequence[float]) -> list[float]:
    """Return the slope of `f` along each of its arguments, in their order.

    Args:
        f: A function of `len(xs)` floats, called as `f(*xs)`.
        xs: The point, a list or a tuple; it is only read.

    Returns:
        A new list of `len(xs)` floats.
    """
    # TODO: measure one slope for each argument; central_difference already knows how.
    raise NotImplementedError


def descend(f: Callable[..., float], xs: Sequence[float], lr: float, steps: int) -> list[float]:
    """Return where `steps` steps of gradient descent lead from `xs`.

    One step measures the whole gradient at the current point and then moves every number at once, against its slope:
    `x_new = x - lr * slope`. This is what `torch.optim.SGD` does, whoever has computed the slopes.

    Args:
        f: A function of `len(xs)` floats, called as `f(*xs)`.
        xs: The starting point, a list or a tuple; it is only read.
        lr: Learning rate.
        steps: Number of steps; with 0 the result is a copy of the start.

    Returns:
        A new list of `len(xs)` floats.
    """
    # TODO: repeat `steps` times: measure the gradient where you are, then move all numbers at once.
    raise NotImplementedError
