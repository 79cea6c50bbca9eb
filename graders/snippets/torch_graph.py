"""Torch programs with their questions as Python that runs under the student's own definitions."""

from __future__ import annotations

from collections.abc import Iterator

from graders.cases.torch_graph import DEEP, FUNCTIONS, Graph, Repeat, Step
from graders.cases.torch_ops import labels, line, promises

_NODES = frozenset({"unique_nodes", "edges", "edge_outputs"})
_LEAVES = frozenset({"leaves", "reached_parameters", "stepped", "connection"})
_TENSORS = frozenset({"param", "leaf", "data", "replace", "rewrap"})
_MODULES = frozenset({"linear", "deepcopy"})
_LONG = frozenset({"walk_names", "unique_nodes", "edges", "format_names"})
"""Questions whose answers are noted in brief when they are long."""

_ANSWERS = {
    "walk": "list(walk({0}))",
    "walk_names": "[name for _, name in walk({0})]",
    "unique_nodes": "sorted(map(name_of, unique_nodes({0})))",
    "edges": "sorted(map(text_of, edges({0})))",
    "edge_outputs": "sorted({{*map(text_of, edges({0}))}})",
    "leaves": "sorted(map(name_of, leaves({0})))",
    "format_graph": "lines(format_graph({0}))",
    "format_names": "first_words(format_graph({0}))",
    "reached_parameters": "sorted(map(name_of, reached_parameters({0})))",
    "stepped": "sorted(map(name_of, stepped({0}, {1})))",
    "connection": "fields(connection({0}, {1}))",
    "isolated": "isolated({0}, {1})",
}
"""Question to the expression for its answer; what comes in any order is sorted."""

_BEFORE = "before = torch.ones(1, requires_grad=True).exp().grad_fn\n"
_NAME_OF_LEAF = """def name_of(leaf):
    if not torch.is_tensor(leaf):
        return f"({type(leaf).__name__})"
    return names.get(leaf, "another tensor")
"""
_NAME_OF_NODE = """def name_of(node):  # by its leaf, or by the order of making
    op = type(node).__name__
    if hasattr(node, "variable"):
        return f"{op} of {names.get(node.variable, 'another graph')}"
    if not hasattr(node, "_sequence_nr"):
        return "None" if node is None else f"({op})"
    return f"{op} #{node._sequence_nr() - before._sequence_nr()}"
"""
_HELPERS = {
    "edges": """def text_of(edge):
    return f"{name_of(edge[0])} -> {name_of(edge[1])}"
""",
    "edge_outputs": """def text_of(edge):
    output = edge[2] if len(edge) > 2 else None
    return f"output {output} of {name_of(edge[1])}"
""",
    "format_graph": r"""def lines(text):
    return [line.rstrip() for line in text.rstrip().split("\n")]
""",
    "format_names": r"""def first_words(text):
    lines = filter(str.strip, text.split("\n"))
    return [line.split()[0] for line in lines]
""",
    "connection": """def fields(found):
    fields = ("updated", "held_not_reached", "reached_not_held")
    parts = [getattr(found, field) for field in fields]
    return [sorted(map(name_of, part)) for part in parts]
""",
}
_SHORT = """def short(items):
    if len(items) <= 200:
        return items
    return [f"{len(items)} items", *items[:3], "...", *items[-3:]]
"""
_RUNS = """def short(names):
    if len(names) <= 200:
        return names
    runs = itertools.groupby(names)
    return [f"{len([*run])} times {name}" for name, run in runs]
"""
_UNCHANGED = """def grads():
    there = [one.grad for one in names if one.grad is not None]
    return [(id(grad), grad.tolist()) for grad in there]
def rest():
    values = [(one.tolist(), one.requires_grad) for one in names]
{held}def answer():
    return {answer}

old, kept, first = grads(), rest(), answer()
print("{0}", answer() == first)
print("{1}", grads() == old)
print("{2}", rest() == kept)
runs = True
try:
    {loss}.backward()
except RuntimeError:
    runs = False
print("{3}", runs)
print("{4}", answer() == first)
"""
_VALUES = "    return values\n"
_HELD = """    groups = [group["params"] for group in optimizer.param_groups]
    return values, [[*map(id, params)] for params in groups]
"""


def snippet(case: Graph, play: str) -> str:
    """Return the source for one case of `graders.cases.torch_graph`, as the player `play` acts it out."""
    [ask] = case.ask
    named = ask in _NODES | _LEAVES or play == "unchanged"
    parts = [_imports(case, ask), _BEFORE if ask in _NODES else "", *_lines(case, named)]
    if named:
        parts += _names(case)
    parts.append(_NAME_OF_NODE if ask in _NODES else _NAME_OF_LEAF if ask in _LEAVES else "")
    shortened = (_RUNS if ask.endswith("_names") else _SHORT) if _brief(case, ask) else ""
    parts += [_HELPERS.get(ask, ""), shortened]
    if play == "unchanged":
        return "".join(parts) + _unchanged(case, ask)
    return "".join([*parts, "\n", *_printed(case, play, ask)])


def program(case: Graph) -> str:
    """Return the program's text, imports included."""
    return "".join([_imports(case, ""), *_lines(case, named=False)])


def _imports(case: Graph, ask: str) -> str:
    copies = any(step.op in ("deepcopy", "assign") for step in case.lines())
    names = ["copy"] * copies + ["itertools"] * (ask.endswith("_names") and _brief(case, ask))
    modules = any(step.op in _MODULES | {"param", "replace", "rewrap", "mse_loss", "l1_loss"} for step in case.lines())
    text = "".join(f"import {name}\n" for name in [*names, "torch"])
    return text + "from torch import nn\n" * modules + "\n"


def _lines(case: Graph, named: bool) -> Iterator[str]:
    """Yield the lines of the program; where names are wanted, what others are put in the place of keeps its name."""
    replaced: set[str] = set()
    for step in case.steps:
        if isinstance(step, Repeat):
            yield f"for _ in range({step.times}):\n"
            yield from (f"    {line(inner)}\n" for inner in step.steps)
            if step.times > DEEP:
                yield f"{next(case.lines()).names[0]}.grad = {case.given[0]}  # keeps a graph that Python cannot free\n"
            continue
        module = _changed(step)
        if named and module and module not in replaced:
            replaced.add(module)
            kept = f'{{p: f"old {module}.{{n}}" for n, p in {module}.named_parameters()}}'
            yield f"names = {kept}\n" if len(replaced) == 1 else f"names |= {kept}\n"
        yield f"{line(step)}\n"


def _changed(step: Step) -> str:
    """Return the module in which a step puts other Parameters in the place of those that are there; "" for none."""
    if step.op == "assign":
        return str(step.args[0])
    owner, _, name = step.names[0].rpartition(".") if step.names else ("", "", "")
    return owner if step.op in ("replace", "rewrap") and name != "grad" else ""


def _names(case: Graph) -> Iterator[str]:
    """Yield the lines that give every tensor its name; tensors are told apart by identity, as the grader does."""
    steps = list(case.lines())
    tensors = dict.fromkeys(name for one in steps if one.op in _TENSORS for name in one.names if "." not in name)
    pairs = ", ".join(f'{name}: "{name}"' for name in tensors)
    found = [f"{{{pairs}}}"] if tensors else []
    for name in dict.fromkeys(name for step in steps if step.op in _MODULES for name in step.names):
        found.append(f'{{p: f"{name}.{{n}}" for n, p in {name}.named_parameters()}}')
    known = any(_changed(step) for step in steps)
    yield from (f"names {'|=' if known or place else '='} {one}\n" for place, one in enumerate(found))


def _brief(case: Graph, ask: str) -> bool:
    return ask in _LONG and any(isinstance(step, Repeat) for step in case.steps)


def _answer(case: Graph, ask: str, *given: str) -> str:
    answer = _ANSWERS[ask].format(*given)
    return f"short({answer})" if _brief(case, ask) else answer


def _printed(case: Graph, play: str, ask: str) -> Iterator[str]:
    """Yield the lines that ask and print; where only failing counts, a call that raises is printed as that."""
    if ask == "connection":
        yield f"found = {_answer(case, ask, *case.given)}\n"
        for place, label in enumerate(labels(ask, case.given)):
            yield f'print("{label}", found[{place}])\n'
        return
    calls = [(name,) for name in case.given] if play == "each" else [case.given]
    for place, given in enumerate(calls):
        [label] = labels(ask, given)
        asked = f'print("{label}", {_answer(case, ask, *given)})\n'
        if play == "answer_if_any" or place:
            yield f'try:\n    {asked}except Exception:\n    print("{label}", "raised")\n'
        else:
            yield asked


def _unchanged(case: Graph, ask: str) -> str:
    said = promises(FUNCTIONS.get(ask, ask), case.given[0])
    held = _HELD if any(step.op in ("sgd", "adam") for step in case.lines()) else _VALUES
    return _UNCHANGED.format(*said, held=held, answer=_answer(case, ask, *case.given), loss=case.given[0])
