"""No closures: each node keeps the name of its operation, and one method looks the slopes up in a table."""

import math
import operator

FORWARD = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "relu": lambda x: max(x, 0.0),
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "abs": abs,
}


def power_slopes(x, y, z):
    yield 0.0 if y == 0 else y * x ** (y - 1)
    yield math.log(x) * z if x > 0 else 0.0


SLOPES = {
    "+": lambda x, y, z: (1.0, 1.0),
    "-": lambda x, y, z: (1.0, -1.0),
    "*": lambda x, y, z: (y, x),
    "/": lambda x, y, z: (1 / y, -z / y),
    "**": power_slopes,
    "neg": lambda x, z: (-1.0,),
    "relu": lambda x, z: (float(x > 0),),
    "exp": lambda x, z: (z,),
    "log": lambda x, z: (1 / x,),
    "tanh": lambda x, z: ((1 - z) * (1 + z),),
    "abs": lambda x, z: (0.0 if x == 0 else math.copysign(1.0, x),),
}


class Node:
    __slots__ = ("data", "grad", "children", "op", "__weakref__")

    def __init__(self, data, children=(), op=""):
        self.data = float(data)
        self.grad = None
        self.children = list(children)
        self.op = op

    @classmethod
    def make(cls, op, *operands):
        nodes = [x if isinstance(x, cls) else cls(x) for x in operands]
        return cls(FORWARD[op](*(node.data for node in nodes)), nodes, op)

    def _backward(self):
        if not self.op:
            return
        slopes = SLOPES[self.op](*(node.data for node in self.children), self.data)
        for node, slope in zip(self.children, slopes, strict=True):
            node.grad = (node.grad or 0.0) + slope * self.grad

    def relu(self):
        return Node.make("relu", self)

    def exp(self):
        return Node.make("exp", self)

    def log(self):
        return Node.make("log", self)

    def tanh(self):
        return Node.make("tanh", self)

    def __neg__(self):
        return Node.make("neg", self)

    def __abs__(self):
        return Node.make("abs", self)


def operators(name, op):
    setattr(Node, f"__{name}__", lambda self, other: Node.make(op, self, other))
    setattr(Node, f"__r{name}__", lambda self, other: Node.make(op, other, self))


for _name, _op in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}.items():
    operators(_name, _op)
