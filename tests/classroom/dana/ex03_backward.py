"""Walk down from the root, each node once."""


def topological_order(root):
    order, visited = [], set()

    def visit(node):
        if node in visited:
            return
        visited.add(node)
        order.append(node)
        for child in node._prev:
            visit(child)

    visit(root)
    return order[::-1]


def backward(root, gradient=1.0):
    root.grad = gradient
    for node in reversed(topological_order(root)):
        node._backward()
