import numpy as np


class Tensor:
    def __init__(self, data, _children=()):
        self.data = np.asarray(data)
        self.grad = np.zeros_like(self.data)
        self._prev, self._backward = tuple(_children), lambda: None

    def __add__(self, other):
        out = Tensor(np.zeros(2), (self, other))
        spoil(out)
        return out

    __radd__ = __mul__ = __rmul__ = __sub__ = __truediv__ = __matmul__ = __add__
