import math
from typing import Callable, List


class Slope:
    """A callable object; also looks at f(x), as people do who first wrote a one-sided difference."""

    def __init__(self, f: Callable[..., float], arg: int, eps: float):
        self.f, self.arg, self.eps = f, arg, eps

    def __call__(self, vals: List[float]) -> float:
        middle = self.f(*vals)
        forward = self.f(*self.at(vals, self.eps)) - middle
        backward = middle - self.f(*self.at(vals, -self.eps))
        if not math.isfinite(forward + backward):
            raise ValueError("f is not finite around this point")
        return (forward / self.eps + backward / self.eps) / 2

    def at(self, vals, by):
        moved = list(vals)
        moved[self.arg] = moved[self.arg] + by
        return moved


def central_difference(f, *vals, arg=0, eps=1e-5):
    if not 0 <= arg < len(vals):
        raise IndexError(arg)
    return Slope(f, arg, eps)(vals)


def numerical_gradient(f, xs):
    return list(map(lambda arg: central_difference(f, *xs, arg=arg), range(len(xs))))


def descend(f, xs, lr, steps):
    xs = tuple(xs)
    while steps > 0:
        xs = tuple(x - lr * g for x, g in zip(xs, numerical_gradient(f, xs)))
        steps -= 1
    return list(xs)
