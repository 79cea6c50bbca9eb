"""Wrong ideas about nudging, each as the answers it gives, and the reference that stands in for torch."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

Function = Callable[..., float]
Slope = Callable[..., float]
EPS = 1e-5


def central() -> Any:
    """The right functions."""
    return _complete(_quotient(1, -1, 2))


def quotient(front: float, back: float, distance: float) -> Any:
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
    """The nudge goes to the `"first"` argument, the `"previous"` one, one `"mirrored"`, or to `"all"`."""

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = EPS) -> float:
        everywhere = list(range(len(vals)))
        nudged = {"first": [0], "previous": [arg - 1], "mirrored": [-1 - arg], "all": everywhere}[which]
        return (f(*_moved(vals, nudged, eps)) - f(*_moved(vals, nudged, -eps))) / (2 * eps)

    return _complete(central_difference)


def unsigned() -> Any:
    """The size of the slope without its sign."""
    signed = central().central_difference
    return _complete(lambda f, *vals, arg=0, eps=EPS: abs(signed(f, *vals, arg=arg, eps=eps)))


def imprecise(how: str, digits: int = 0) -> Any:
    """The slope is `"rounded"` to some decimals, `"formatted"` with some digits, or passes through `"single"`s."""
    exact = central().central_difference
    becomes: dict[str, Callable[[float], float]] = {
        "rounded": lambda slope: round(slope, digits),
        "formatted": lambda slope: float(f"{slope:.{digits}g}"),
        "single": lambda slope: float(struct.unpack("f", struct.pack("f", slope))[0]),
    }
    return _complete(lambda f, *vals, arg=0, eps=EPS: becomes[how](exact(f, *vals, arg=arg, eps=eps)))


def nudging(how: str, default: float = EPS) -> Any:
    """The nudge is `"fixed"`, `"half"`, `"relative"`, another by `"default"`, or not what the `"divisor"` holds."""

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = default) -> float:
        relative = eps * max(1.0, abs(vals[arg]))
        nudge = {"fixed": EPS, "half": eps / 2, "relative": relative}.get(how, eps)
        distance = 2 * EPS if how == "divisor" else 2 * nudge
        return (f(*_moved(vals, [arg], nudge)) - f(*_moved(vals, [arg], -nudge))) / distance

    return _complete(central_difference)


def gradients(how: str) -> Any:
    """Nudges are `"left"` behind, made `"in_place"` or `"restored"` there; or something becomes of the slopes.

    With `"copied"`, the point is copied in a way that only lists know.
    """
    right = central()
    becomes: dict[str, Callable[[list[float]], Any]] = {
        "copied": lambda slopes: slopes,
        "first": lambda slopes: slopes[:1],
        "short": lambda slopes: slopes[:-1],
        "reversed": lambda slopes: slopes[::-1],
        "repeated": lambda slopes: slopes[:1] * len(slopes),
        "summed": sum,
    }

    def numerical_gradient(f: Function, xs: Any) -> Any:
        if how in becomes:
            return becomes[how](right.numerical_gradient(f, xs.copy() if how == "copied" else xs))
        here, slopes = list(xs) if how == "left" else xs, []
        for i, x in enumerate(xs):
            here[i] += EPS
            above = f(*here)
            here[i] -= 2 * EPS
            slopes.append((above - f(*here)) / (2 * EPS))
            here[i] = {"left": here[i], "in_place": here[i] + EPS, "restored": x}[how]
        return slopes

    return SimpleNamespace(**{**vars(right), "numerical_gradient": numerical_gradient})


def descents(how: str) -> Any:
    """Steps go `"uphill"`, are `"sequential"`, use a `"stale"` gradient or `"no_lr"`, end in `"slopes"`, and so on."""
    right = central()

    def descend(f: Function, xs: Any, lr: float, steps: int) -> Any:
        here, rate = list(xs), {"uphill": -lr, "no_lr": 1.0}.get(how, lr)
        start, slopes = right.numerical_gradient(f, here), here
        for _ in range({"once": min(1, steps), "extra": steps + 1}.get(how, steps)):
            if how == "sequential":
                for i in range(len(here)):
                    here[i] -= rate * right.central_difference(f, *here, arg=i)
                continue
            slopes = start if how == "stale" else right.numerical_gradient(f, here)
            here = [x - rate * slope for x, slope in zip(here, slopes, strict=True)]
            if how == "in_place":
                xs[:] = here
        if how == "slopes":
            return slopes
        return xs if how == "in_place" or (how == "alias" and not steps) else here

    return SimpleNamespace(**{**vars(right), "descend": descend})


def _quotient(front: float, back: float, distance: float) -> Slope:
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
