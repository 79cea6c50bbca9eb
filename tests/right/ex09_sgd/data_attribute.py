"""The style of older tutorials: .data instead of no_grad, a tuple of parameters, positional names of its own."""


class SGD:
    def __init__(self, parameters, learning_rate=0.01):
        self.parameters = tuple(parameters)
        if learning_rate < 0 or len(self.parameters) == 0:
            raise ValueError
        for t in self.parameters:
            if t.grad_fn is not None:
                raise ValueError("not a leaf")
        self.lr = learning_rate

    def zero_grad(self, set_to_none=True):
        for t in self.parameters:
            if t.grad is None:
                continue
            if set_to_none:
                t.grad = None
            else:
                t.grad.data.zero_()

    def step(self):
        for t in self.parameters:
            if t.grad is None:
                continue
            t.data -= t.grad.data * self.lr
