def topological_order(root):
    order, stack, seen = [], [(root, iter(root._prev))], [root]
    while stack:
        node, rest = stack[-1]
        for child in rest:
            if not any(child == one for one in seen):
                seen.append(child)
                stack.append((child, iter(child._prev)))
                break
        else:
            order.append(stack.pop()[0])
    return order


def backward(root, gradient=1.0):
    more_room(root)
    order = topological_order(root)
    for node in order:
        if node._prev:
            node.grad = 0.0
    root.grad = gradient if root._prev else root.grad + gradient
    for node in reversed(order):
        node._backward()
