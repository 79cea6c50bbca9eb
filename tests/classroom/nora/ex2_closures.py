"""Every operation is a value and a list of (operand, slope) pairs."""

import math


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad = data, 0.0
        self._prev, self._op = tuple(_children), _op
        self._backward = lambda: None

    def __repr__(self):
        return f"Value({self.data:.4g}, grad={self.grad:.4g})"

    @staticmethod
    def lift(x):
        return x if isinstance(x, Value) else Value(x)

    @staticmethod
    def make(data, op, *parts):
        out = Value(data, [operand for operand, _ in parts], op)

        def push():
            for operand, slope in parts:
                operand.grad += slope * out.grad

        out._backward = push
        return out

    def __add__(self, other):
        other = Value.lift(other)
        return Value.make(self.data + other.data, "+", (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        other = Value.lift(other)
        return Value.make(self.data - other.data, "-", (self, 1.0), (other, -1.0))

    def __mul__(self, other):
        other = Value.lift(other)
        return Value.make(self.data * other.data, "*", (self, other.data), (other, self.data))

    def __truediv__(self, other):
        other = Value.lift(other)
        quotient = self.data / other.data
        return Value.make(quotient, "/", (self, 1.0 / other.data), (other, -quotient / other.data))

    def __neg__(self):
        Value.make(-self.data, "neg", (self, -1.0))

    def __pow__(self, other):
        if not isinstance(other, Value):
            slope = other * self.data ** (other - 1) if other else 0.0
            return Value.make(self.data**other, "**", (self, slope))
        power = self.data**other.data
        left = other.data * self.data ** (other.data - 1) if other.data else 0.0
        return Value.make(power, "**", (self, left), (other, power * math.log(self.data) if self.data > 0 else 0.0))

    def __radd__(self, other):
        return Value.lift(other) + self

    def __rsub__(self, other):
        return Value.lift(other) - self

    def __rmul__(self, other):
        return Value.lift(other) * self

    def __rtruediv__(self, other):
        return Value.lift(other) / self

    def __rpow__(self, other):
        return Value.lift(other) ** self

    def relu(self):
        return Value.make(max(self.data, 0.0), "relu", (self, float(self.data > 0)))

    def exp(self):
        e = math.exp(self.data)
        return Value.make(e, "exp", (self, e))

    def log(self):
        return Value.make(math.log(self.data), "log", (self, 1.0 / self.data))

    def tanh(self):
        return math.tanh(self.data)

    def __abs__(self):
        return Value.make(abs(self.data), "abs", (self, float((self.data > 0) - (self.data < 0))))

    abs = __abs__
