def topological_order(root):
    order = []

    def build(node):
        for child in node._prev:
            build(child)
        if node not in order:
            order.append(node)

    build(root)
    return order


def backward(root, gradient=1.0):
    root.grad = gradient

    def send(node):
        node._backward()
        for child in node._prev:
            send(child)

    send(root)
