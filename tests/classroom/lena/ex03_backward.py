def topological_order(root):
    order, visited = [], {root}

    def build(node):
        for child in node._prev:
            if child not in visited:
                build(child)
        order.append(node)

    build(root)
    return order


def backward(root, gradient=1.0):
    root.grad = gradient
    for node in reversed(topological_order(root)):
        node._backward()
