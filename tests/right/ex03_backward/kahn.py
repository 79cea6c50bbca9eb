"""Kahn's way: count the users of each node, and run a closure when the last of them has run."""

from collections import deque


def count_users(root):
    users = {root: 0}
    waiting = [root]
    for node in waiting:
        for operand in node._prev:
            if operand not in users:
                users[operand] = 0
                waiting.append(operand)
            users[operand] += 1
    return users


def topological_order(root):
    users = count_users(root)
    ready, order = deque([root]), []
    while ready:
        node = ready.popleft()
        order.append(node)
        for operand in node._prev:
            users[operand] -= 1
            if users[operand] == 0:
                ready.append(operand)
    return order[::-1]


def backward(root, gradient=1.0):
    order = topological_order(root)
    for node in filter(lambda node: len(node._prev) > 0, order):
        node.grad = 0.0
    root.grad += gradient
    while order:
        order.pop()._backward()
