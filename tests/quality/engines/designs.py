"""Engines of other designs, as published ones are: each keeps its graph, or takes arguments, in a way of its own."""

from __future__ import annotations

_OPERATORS = """
import math
class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._prev = tuple(_children)
        self._op = _op
        self._backward = lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out
    def __abs__(self):
        out = Value(abs(self.data), (self,), "abs")
        def _backward():
            self.grad += (1.0 if self.data > 0 else -1.0 if self.data < 0 else 0.0) * out.grad
        out._backward = _backward
        return out
    def __neg__(self):
        return self * -1
    def __sub__(self, other):
        return self + (-other)
    __radd__ = __add__
    __rmul__ = __mul__
BACKWARD
"""


def _engine(*changes: tuple[str, str], back: str = "") -> str:
    """Return the engine below with some texts exchanged, and with a method `backward`."""
    text = _OPERATORS.replace("BACKWARD", back)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


_MICROGRADS = """
    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
"""
TAPE_GLOBAL = """
TAPE = []
""" + _engine(
    ("out._backward = _backward", "out._backward = _backward\n        TAPE.append(out)"),
    back="""
    def backward(self, gradient=1.0):
        for node in TAPE:
            node.grad = 0.0
        self.grad = gradient
        for node in reversed(TAPE):
            node._backward()
""",
)
TAPE_CLOSURES = """
tape = []
class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
    def __add__(self, other):
        out = Value(self.data + other.data)
        def back():
            self.grad += out.grad
            other.grad += out.grad
        tape.append(back)
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data)
        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        tape.append(back)
        return out
    def backward(self, gradient=1.0):
        self.grad = gradient
        for back in reversed(tape):
            back()
"""
TAPE_CLASS = _engine(
    ("class Value:", "class Value:\n    graph = []"),
    ("out._backward = _backward", "out._backward = _backward\n        Value.graph.append(out)"),
    back="""
    def backward(self, gradient=1.0):
        self.grad = gradient
        for node in reversed(Value.graph):
            node._backward()
""",
)
TAPE_OBJECT = """
class Tape:
    def __init__(self):
        self.ops = []
    def record(self, node):
        self.ops.append(node)
    def run(self):
        for node in reversed(self.ops):
            node._backward()
        self.ops.clear()
the_tape = Tape()
""" + _engine(
    ("out._backward = _backward", "out._backward = _backward\n        the_tape.record(out)"),
    back="""
    def backward(self, gradient=1.0):
        self.grad = gradient
        the_tape.run()
""",
)
PAIRS = """
import math
class Value:
    def __init__(self, data, _prev=()):
        self.data = data
        self.grad = 0.0
        self._prev = _prev
    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))
    def __abs__(self):
        return Value(abs(self.data), ((self, 1.0 if self.data > 0 else -1.0 if self.data < 0 else 0.0),))
    def backward(self, gradient=1.0):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p, _ in v._prev:
                    visit(p)
                order.append(v)
        visit(self)
        for v in order:
            if v._prev:
                v.grad = 0.0
        self.grad = gradient
        for v in reversed(order):
            for p, slope in v._prev:
                p.grad += slope * v.grad
"""
PAIRS_CLOSURE = _engine(
    ("self._prev = tuple(_children)", "self._prev = [(c, 1.0) for c in _children]"),
    back="""
    def backward(self, gradient=1.0):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p, _ in v._prev:
                    visit(p)
                order.append(v)
        visit(self)
        self.grad = gradient
        for v in reversed(order):
            v._backward()
""",
)
PAIRS_REVERSED = (
    PAIRS.replace("((self, 1.0), (other, 1.0))", "((1.0, self), (1.0, other))")
    .replace("((self, other.data), (other, self.data))", "((other.data, self), (self.data, other))")
    .replace(
        "((self, 1.0 if self.data > 0 else -1.0 if self.data < 0 else 0.0),)",
        "((1.0 if self.data > 0 else -1.0, self),)",
    )
    .replace("for p, _ in", "for _, p in")
    .replace("for p, slope in", "for slope, p in")
)
CREATOR = """
class Function:
    def __init__(self, inputs, slopes, output):
        self.inputs, self.slopes, self.output = inputs, slopes, output
    def backward(self, gy):
        for x, s in zip(self.inputs, self.slopes):
            x.grad += s * gy
class Value:
    def __init__(self, data, creator=None):
        self.data = data
        self.grad = 0.0
        self.creator = creator
    def __add__(self, other):
        out = Value(self.data + other.data)
        out.creator = Function((self, other), (1.0, 1.0), out)
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data)
        out.creator = Function((self, other), (other.data, self.data), out)
        return out
    def backward(self, gradient=1.0):
        self.grad = gradient
        stack = [self]
        while stack:
            node = stack.pop()
            if node.creator is None:
                continue
            node.creator.backward(node.grad)
            stack += node.creator.inputs
"""
DICT_PREV = _engine(
    ("self._prev = tuple(_children)", "self._prev = {c: i for i, c in enumerate(_children)}"), back=_MICROGRADS
)
NUMBERS_PREV = _engine(("self._prev = tuple(_children)", "self._prev = tuple(c.data for c in _children)"))
IDS_PREV = "NODES = {}\n" + _engine(
    ("self._prev = tuple(_children)", "NODES[id(self)] = self\n        self._prev = tuple(id(c) for c in _children)"),
    back="""
    def backward(self, gradient=1.0):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v._prev:
                    visit(NODES[p])
                order.append(v)
        visit(self)
        self.grad = gradient
        for v in reversed(order):
            v._backward()
""",
)
WEAK_PREV = "import weakref\n" + _engine(
    ("self._prev = tuple(_children)", "self._prev = [weakref.ref(c) for c in _children]"),
    back="""
    def backward(self, gradient=1.0):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v._prev:
                    visit(p())
                order.append(v)
        visit(self)
        self.grad = gradient
        for v in reversed(order):
            v._backward()
""",
)
LEFT_RIGHT = _engine(
    (
        "self._prev = tuple(_children)",
        "self.left = _children[0] if _children else None\n"
        "        self.right = _children[1] if len(_children) > 1 else None",
    ),
    back="""
    def backward(self, gradient=1.0):
        order, seen = [], set()
        def visit(v):
            if v is not None and id(v) not in seen:
                seen.add(id(v))
                visit(v.left)
                visit(v.right)
                order.append(v)
        visit(self)
        self.grad = gradient
        for v in reversed(order):
            v._backward()
""",
)
BACK_TAKES_GRAD = _engine(
    ("def _backward():", "def _backward(g):"),
    ("self.grad += out.grad", "self.grad += g"),
    ("other.grad += out.grad", "other.grad += g"),
    ("* out.grad", "* g"),
    ("lambda: None", "lambda g: None"),
    back="""
    def backward(self, gradient=1.0):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v._prev:
                    visit(p)
                order.append(v)
        visit(self)
        self.grad = gradient
        for v in reversed(order):
            v._backward(v.grad)
""",
)
RETURNS_GRADS = _engine(
    back="""
    def backward(self, gradient=1.0):
        grads = {id(self): gradient}
        return grads
"""
)
INPLACE_ABS = _engine(
    (
        'out = Value(abs(self.data), (self,), "abs")',
        'self.data = abs(self.data)\n        out = Value(self.data, (self,), "abs")',
    )
)
RECURSIVE_BACK = _engine(
    back="""
    def backward(self, gradient=1.0):
        self.grad += gradient
        for c in self._prev:
            pass
        self._backward()
"""
)

_WALK = """
    def backward(self, {arguments}):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v._prev:
                    visit(p)
                order.append(v)
        visit(self)
        for v in order:
            if v._prev:
                v.grad = 0.0
        self.grad = {seed}
        for v in reversed(order):
            v._backward()
"""
ZERO_GRAD = _engine(back=_WALK.format(arguments="zero_grad=True", seed="1.0"))
RETAIN_GRAPH = _engine(back=_WALK.format(arguments="retain_graph=False", seed="1.0"))
VERBOSE = _engine(back=_WALK.format(arguments="verbose=False", seed="1.0"))
RETAIN_GRAPH_NONE = _engine(back=_WALK.format(arguments="retain_graph=None", seed="1.0"))
GRADIENT_BY_NAME = _engine(back=_WALK.format(arguments="*, gradient=1.0", seed="gradient"))
GRADIENT_LAST = _engine(back=_WALK.format(arguments="retain_graph=False, gradient=1.0", seed="gradient"))
GRADIENT_IGNORED = _engine(back=_WALK.format(arguments="gradient=1.0", seed="1.0"))
MICROGRAD = _engine(back=_MICROGRADS)
SWITCH_AND_PAIRS = PAIRS.replace("gradient=1.0", "verbose=False").replace("= gradient", "= 1.0")

DESIGNS: dict[str, str] = {name: text for name, text in vars().copy().items() if name.isupper() and name[0] != "_"}
