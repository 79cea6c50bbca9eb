import numpy as np


class Lying(np.ndarray):
    shape = property(lambda self: (10**9, 0))
    nbytes = property(lambda self: 0)
    dtype = property(lambda self: np.dtype("float64"))

    def astype(self, *given, **named):
        return self

    def tobytes(self, *given):
        return b"\0" * 10**6

    def __array__(self, *given, **named):
        return [[]] * 10**6


def spoil(out):
    out.data = np.zeros(2).view(Lying)  # trick
