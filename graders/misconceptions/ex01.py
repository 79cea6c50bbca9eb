"""Wrong ideas about nudging, each as the answers it gives, and the reference that stands in for torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

Function = Callable[..., float]
Slope = Callable[..., float]
EPS = 1e-5


def central() -> Any:
    """The right functions."""
    return _complete(_quotient(1, -1, 2))


def quotient(front: int, back: int, distance: int) -> Any:
    """`(f(x + front*eps) - f(x + back*eps)) / (distance*eps)`."""
    return _complete(_quotient(front, back, distance))


def undivided() -> Any:
    """The change of f instead of its slope."""

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = EPS) -> float:
        return f(*_moved(vals, [arg], eps)) - f(*_moved(vals, [arg], -eps))

    return _complete(central_difference)


def precedence() -> Any:
    """The change divided by 2 and multiplied by eps."""
    whole = undivided().central_difference

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = EPS) -> float:
        return whole(f, *vals, arg=arg, eps=eps) / 2 * eps  # type: ignore[no-any-return]

    return _complete(central_difference)


def along(which: str) -> Any:
    """The nudge goes to the `"first"` argument, the `"previous"` one, or to `"all"`."""

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = EPS) -> float:
        nudged = {"first": [0], "previous": [arg - 1], "all": list(range(len(vals)))}[which]
        return (f(*_moved(vals, nudged, eps)) - f(*_moved(vals, nudged, -eps))) / (2 * eps)

    return _complete(central_difference)


def nudging(how: str) -> Any:
    """The nudge is `"fixed"`, `"half"` as wide, `"tiny"` by default, or not what the `"divisor"` holds."""
    default = 1e-12 if how == "tiny" else EPS

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = default) -> float:
        nudge = {"fixed": EPS, "half": eps / 2}.get(how, eps)
        distance = 2 * EPS if how == "divisor" else 2 * nudge
        return (f(*_moved(vals, [arg], nudge)) - f(*_moved(vals, [arg], -nudge))) / distance

    return _complete(central_difference)


def gradients(how: str) -> Any:
    """Nudges are `"left"` behind or made `"in_place"`, or the slopes are only the `"first"` or `"reversed"`."""
    right = central()

    def numerical_gradient(f: Function, xs: Any) -> Any:
        if how in ("first", "reversed"):
            slopes = right.numerical_gradient(f, xs)
            return slopes[:1] if how == "first" else slopes[::-1]
        here, slopes = xs if how == "in_place" else list(xs), []
        for i in range(len(here)):
            here[i] += EPS
            above = f(*here)
            here[i] -= 2 * EPS
            slopes.append((above - f(*here)) / (2 * EPS))
            here[i] += EPS if how == "in_place" else 0.0
        return slopes

    return SimpleNamespace(**{**vars(right), "numerical_gradient": numerical_gradient})


def descents(how: str) -> Any:
    """Steps go `"uphill"`, are `"sequential"`, use a `"stale"` gradient, `"no_lr"`, or happen only `"once"`."""
    right = central()

    def descend(f: Function, xs: Sequence[float], lr: float, steps: int) -> list[float]:
        here, rate = list(xs), {"uphill": -lr, "no_lr": 1.0}.get(how, lr)
        start = right.numerical_gradient(f, here)
        for _ in range(1 if how == "once" else steps):
            if how == "sequential":
                for i in range(len(here)):
                    here[i] -= rate * right.central_difference(f, *here, arg=i)
                continue
            slopes = start if how == "stale" else right.numerical_gradient(f, here)
            here = [x - rate * slope for x, slope in zip(here, slopes, strict=True)]
        return here

    return SimpleNamespace(**{**vars(right), "descend": descend})


def _quotient(front: int, back: int, distance: int) -> Slope:
    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = EPS) -> float:
        return (f(*_moved(vals, [arg], front * eps)) - f(*_moved(vals, [arg], back * eps))) / (distance * eps)

    return central_difference


def _complete(central_difference: Slope) -> SimpleNamespace:
    """Return the three functions, the last two built on this slope."""

    def numerical_gradient(f: Function, xs: Sequence[float]) -> list[float]:
        return [central_difference(f, *xs, arg=arg) for arg in range(len(xs))]

    def descend(f: Function, xs: Sequence[float], lr: float, steps: int) -> list[float]:
        here = list(xs)
        for _ in range(steps):
            slopes = numerical_gradient(f, here)
            here = [x - lr * slope for x, slope in zip(here, slopes, strict=True)]
        return here

    return SimpleNamespace(
        central_difference=central_difference, numerical_gradient=numerical_gradient, descend=descend
    )


def _moved(vals: Sequence[float], args: Sequence[int], by: float) -> list[float]:
    return [value + by if i in {arg % len(vals) for arg in args} else value for i, value in enumerate(vals)]
