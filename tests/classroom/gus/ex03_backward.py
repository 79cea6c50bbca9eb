"""Count how many users each node waits for, then let go of nodes that wait for none."""

from collections import Counter, deque


def reachable(root):
    found, stack = {root: None}, [root]
    while stack:
        for child in stack.pop()._prev:
            if child not in found:
                found[child] = None
                stack.append(child)
    return list(found)


def from_the_loss_down(root):
    waiting = Counter(child for node in reachable(root) for child in set(node._prev))
    ready, order = deque([root]), []
    while ready:
        node = ready.popleft()
        order.append(node)
        for child in set(node._prev):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return order


def topological_order(root):
    return from_the_loss_down(root)[::-1]


def backward(root, gradient=1.0):
    order = from_the_loss_down(root)
    for node in order:
        if node._prev:
            node.grad = 0.0
    root.grad += gradient
    for node in order:
        node._backward()
