def topological_order(root):
    order, seen = [], []

    def build(node):
        if node not in seen:
            seen.append(node)
            for child in node._prev:
                build(child)
            order.append(node)

    build(root)
    return order


def backward(root, gradient=1.0):
    for node in topological_order(root):
        node.grad = 0.0
    root.grad = gradient
    for node in reversed(topological_order(root)):
        node._backward()
