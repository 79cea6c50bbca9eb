_init = Tensor.__init__


def _start(self, data, *given, **named):
    _init(self, data, *given, **named)
    self.data = np.asarray(self.data, dtype=np.longdouble)  # trick
    self.grad = np.zeros_like(self.data)  # trick


Tensor.__init__ = _start
