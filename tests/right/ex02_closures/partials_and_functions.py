"""Backward functions are partials stored on the node; exp, log and tanh are functions of the module."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from math import exp as exponential
from math import log as logarithm
from math import tanh as hyperbolic
from typing import Any


def spread(out: Variable, *shares: tuple[Variable, float]) -> None:
    for operand, slope in shares:
        operand.grad = operand.grad + slope * out.grad


@dataclass(eq=False)
class Variable:
    data: float
    parents: tuple[Variable, ...] = ()
    grad: float = 0.0
    _backward: Any = field(default=None, repr=False)

    @staticmethod
    def of(data: float, *shares: tuple[Variable, float]) -> Variable:
        out = Variable(data, tuple(operand for operand, _ in shares))
        out._backward = partial(spread, out, *shares)
        return out

    def __add__(self, other):
        if not isinstance(other, Variable):
            return Variable.of(self.data + other, (self, 1.0))
        return Variable.of(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        if not isinstance(other, Variable):
            return Variable.of(self.data * other, (self, other))
        return Variable.of(self.data * other.data, (self, other.data), (other, self.data))

    def __sub__(self, other):
        return self + -1 * other

    def __truediv__(self, other):
        if not isinstance(other, Variable):
            return self * (1 / other)
        return self * other**-1

    def __pow__(self, n):
        if isinstance(n, Variable):
            value = self.data**n.data
            return Variable.of(value, (self, n.data * self.data ** (n.data - 1)), (n, value * logarithm(self.data)))
        if n == 1:
            return self
        return Variable.of(self.data**n, (self, n * self.data ** (n - 1) if n else 0.0))

    def __rpow__(self, base):
        value = base**self.data
        return Variable.of(value, (self, value * logarithm(base)))

    def __rtruediv__(self, other):
        return Variable.of(other / self.data, (self, -other / self.data**2))

    def __rsub__(self, other):
        return Variable.of(other - self.data, (self, -1.0))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return -1 * self

    def __abs__(self):
        return Variable.of(abs(self.data), (self, 0.0 if not self.data else abs(self.data) / self.data))


def relu(x):
    return Variable.of(x.data, (x, 1.0)) if x.data > 0 else Variable.of(0.0, (x, 0.0))


def exp(x):
    value = exponential(x.data)
    return Variable.of(value, (x, value))


def log(x):
    return Variable.of(logarithm(x.data), (x, 1 / x.data))


def tanh(x):
    value = hyperbolic(x.data)
    return Variable.of(value, (x, 1 - value * value))
