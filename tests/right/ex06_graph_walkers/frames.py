"""Each function walks by itself, with a stack of iterators: the frames that recursion would keep."""

from torch.autograd.graph import get_gradient_edge


def first(tensor):
    return get_gradient_edge(tensor).node if tensor.requires_grad else None


def name_of(node):
    return node.name().split("::")[-1]


def walk(tensor):
    root = first(tensor)
    if root is None:
        return []
    lines, seen, frames = [(0, name_of(root))], {root}, [iter(root.next_functions)]
    while frames:
        for node, _ in frames[-1]:
            depth = len(frames)
            if node is None:
                lines.append((depth, None))
            elif node not in seen:
                seen.add(node)
                lines.append((depth, name_of(node)))
                frames.append(iter(node.next_functions))
                break
        else:
            frames.pop()
    return lines


def unique_nodes(tensor):
    nodes, todo = set(), {first(tensor)} - {None}
    while todo:
        node = todo.pop()
        nodes.add(node)
        todo |= {after for after, _ in node.next_functions} - nodes - {None}
    return nodes


def edges(tensor):
    for node in unique_nodes(tensor):
        for after, output in node.next_functions:
            if after is not None:
                yield node, after, output


def leaves(tensor):
    return (node.variable for node in unique_nodes(tensor) if type(node).__name__ == "AccumulateGrad")


def format_graph(tensor):
    root = first(tensor)
    if root is None:
        return ""
    text, seen, todo = [], set(), [(0, root)]
    while todo:
        depth, node = todo.pop()
        line = depth * "  " + ("None" if node is None else name_of(node))
        if hasattr(node, "variable"):
            line += f" {tuple(node.variable.size())}"
        if node in seen:
            line += " (again)"
        elif node is not None:
            seen.add(node)
            todo.extend((depth + 1, after) for after, _ in node.next_functions[::-1])
        text.append(line)
    return "\n".join(text) + "\n"
