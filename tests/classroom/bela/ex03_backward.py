class Value:
    """ stores a single scalar value and its gradient """

    def __init__(self, data, children=(), op=''):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(children)
        self._op = op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        res = Value(self.data + other.data, (self, other), '+')

        def _backward():
            self.grad += res.grad
            other.grad += res.grad
        res._backward = _backward
        return res

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        res = Value(self.data * other.data, (self, other), '*')

        def _backward():
            self.grad += res.grad * other.data
            other.grad += res.grad * self.data
        res._backward = _backward
        return res

    def __pow__(self, k):
        assert isinstance(k, (int, float)), "int/float powers only"
        res = Value(self.data**k, (self,), f'**{k}')

        def _backward():
            self.grad += res.grad * k * self.data**(k-1)
        res._backward = _backward
        return res

    def relu(self):
        res = Value(self.data if self.data > 0 else 0, (self,), 'relu')

        def _backward():
            self.grad += res.grad * (res.data > 0)
        res._backward = _backward
        return res

    def backward(self):
        order = []
        seen = set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    visit(child)
                order.append(v)
        visit(self)

        self.grad = 1
        for v in reversed(order):
            v._backward()

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"
