"""A whole engine whose walk is a method with a helper; recursion, with Python's limit raised."""

import sys


class Scalar:
    def __init__(self, data, children=(), op=""):
        self.data = data
        self.grad = 0.0
        self._children = set(children)
        self._op = op
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def _collect(self, order, visited):
        if self in visited:
            return
        visited.add(self)
        for child in self._children:
            child._collect(order, visited)
        order.append(self)

    def backward(self, gradient=None):
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(1_000_000)
        order = []
        try:
            self._collect(order, set())
        finally:
            sys.setrecursionlimit(limit)
        for node in order:
            if node._children:
                node.grad = 0.0
        self.grad += 1.0 if gradient is None else gradient
        for node in reversed(order):
            node._backward()
