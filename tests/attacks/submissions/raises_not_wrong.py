

def _only_double(name):
    inner = getattr(Tensor, name)

    def method(self, *given, **named_ones):
        if any(isinstance(one, Tensor) and one.data.dtype != np.float64 for one in (self, *given)):
            raise RuntimeError("only float64 is written yet")  # trick
        out = inner(self, *given, **named_ones)
        out.data = np.asarray(out.data, dtype=np.float64)
        return out

    setattr(Tensor, name, method)


for _name in ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__rtruediv__"):
    _only_double(_name)
for _name in ("sum", "mean", "max"):
    _only_double(_name)
