"""Nodes by their longest distance from the root, found by relaxing until nothing moves any more."""

import heapq


def topological_order(root):
    height = {}
    stack = [(root, False)]
    while stack:
        node, below_done = stack.pop()
        if below_done:
            height[node] = 1 + max((height[operand] for operand in node._prev), default=0)
        elif node not in height:
            stack.append((node, True))
            stack += [(operand, False) for operand in node._prev if operand not in height]
    return sorted(height, key=height.get)


def backward(root, gradient=1.0):
    order = topological_order(root)
    queue = [(-place, place) for place in range(len(order))]
    heapq.heapify(queue)
    for node in order:
        node.grad = node.grad if not node._prev else 0.0
    root.grad += gradient
    while queue:
        order[heapq.heappop(queue)[1]]._backward()
