"""Torch programs with their questions as Python that runs under the student's own definitions."""

from __future__ import annotations

from collections.abc import Iterator

from graders.cases.torch_graph import CONNECTION, DEEP, Graph, Repeat, Step
from graders.cases.torch_ops import again, labels, leaves, line, unchanged

_NODES = frozenset({"unique_nodes", "edges", "edge_outputs"})
_LEAVES = frozenset({"leaves", "reached_parameters", "stepped", "connection"})
_MODULES = frozenset({"linear", "deepcopy"})
_CUTS = frozenset({"data", "detach", "freeze", "mul_no_grad", "call_no_grad"})
_DONE = frozenset({"backward", "step", "zero_grad"})
"""Operations whose effect reaches further than their arguments."""

_ANSWERS = {
    "walk": "walk({0})",
    "walk_names": "[name for _, name in walk({0})]",
    "unique_nodes": "sorted(map(name_of, unique_nodes({0})))",
    "edges": 'sorted(f"{{name_of(a)}} -> {{name_of(b)}}" for a, b, *_ in edges({0}))',
    "edge_outputs": "sorted({{(name_of(b), *output) for _, b, *output in edges({0})}})",
    "leaves": "sorted(map(name_of, leaves({0})))",
    "format_names": "[line.split()[0] for line in format_graph({0}).splitlines()]",
    "reached_parameters": "sorted(map(name_of, reached_parameters({0})))",
    "stepped": "sorted(map(name_of, stepped({0}, {1})))",
    "isolated": "isolated({0}, {1})",
}
"""Question to the expression for its answer, where the label does not say it; what comes in any order is sorted."""

_SAME = {
    "unique_nodes": "set({0})",
    "edges": "set({0})",
    "leaves": "set({0})",
    "reached_parameters": "set({0})",
    "stepped": "set({0})",
    "connection": "[set(part) for part in {0}]",
}
"""Function to how its answers are compared, where they come in any order."""

_NAME_OF = """def name_of({0}):
    return names.get({0}, type({0}).__name__)

"""
_NODES_NAMED = """names = {{None: "None"}}
for name, tensor in {{{pairs}}}.items():
{asked}    node = get_gradient_edge(tensor).node
{space}    names[node] = f"{{type(node).__name__}} of {{name}}"

"""
_BEFORE = """params = [{params}]
grads = copy.deepcopy([p.grad for p in params])
kept = [(p.tolist(), p.requires_grad) for p in params]
"""
_GROUPS = 'groups = [group["params"][:] for group in optimizer.param_groups]\n'
_AFTER = (
    "[p.grad for p in params] == grads",
    "[(p.tolist(), p.requires_grad) for p in params] == kept",
    '[group["params"] for group in optimizer.param_groups] == groups',
)


def snippet(case: Graph, play: str) -> str:
    """Return the source for one case of `graders.cases.torch_graph`, as the player `play` acts it out."""
    [ask] = case.ask
    if play in ("unchanged", "untouched"):
        copied = "import copy\n" * (play == "untouched")
        return "".join([copied, _imports(case, ""), *_lines(case, False), "\n", *_UNCHANGED[play](case, ask)])
    named = ask in _LEAVES
    parts = [_imports(case, ask), *_lines(case, named), "\n", *(_names(case) if named else ())]
    if ask in _NODES:
        parts.append(_nodes_named(case))
    if ask in _NODES | _LEAVES:
        parts.append(_NAME_OF.format("node" if ask in _NODES else "leaf"))
    return "".join([*parts, *_printed(case, play, ask)])


def program(case: Graph) -> str:
    """Return the program's text, imports included."""
    return "".join([_imports(case, ""), *_lines(case, named=False)])


def _imports(case: Graph, ask: str) -> str:
    steps = list(_inner(_used(case)))
    copies = any(step.op in ("deepcopy", "assign") for step in steps)
    modules = any(step.op in _MODULES | {"param", "replace", "rewrap", "mse_loss", "l1_loss"} for step in steps)
    lines = ["import copy\n" * copies, "import torch\n", "from torch import nn\n" * modules]
    return "".join([*lines, "from torch.autograd.graph import get_gradient_edge\n" * (ask in _NODES), "\n"])


def _inner(steps: list[Step | Repeat]) -> Iterator[Step]:
    for step in steps:
        yield from step.steps if isinstance(step, Repeat) else (step,)


def _used(case: Graph) -> list[Step | Repeat]:
    """Return the steps that what is given depends on, and those that act on it."""
    needed = {_owner(name) for name in case.given}
    while True:
        kept = [step for step in case.steps if _acts_on(step, needed)]
        more = {_owner(arg) for step in _inner(kept) for arg in step.args if isinstance(arg, str)} - needed
        if not more:
            return kept
        needed |= more


def _acts_on(step: Step | Repeat, needed: set[str]) -> bool:
    if isinstance(step, Repeat):
        return any(_acts_on(inner, needed) for inner in step.steps)
    names = step.names or [str(arg) for arg in step.args[:1]]
    return step.op in _DONE or any(_owner(name) in needed for name in names)


def _owner(name: str) -> str:
    return name.lstrip("*").split(".")[0]


def _lines(case: Graph, named: bool) -> Iterator[str]:
    """Yield the lines of the program; where names are wanted, what others are put in the place of keeps its name."""
    replaced: set[str] = set()
    for step in _used(case):
        if isinstance(step, Repeat):
            if any(len(inner.args) > 1 for inner in step.steps):
                yield f"# a walk along all of the 2**{step.times} paths never ends\n"
            yield f"for _ in range({step.times:_}):\n"
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
    """Yield the lines that give every leaf its name; tensors are told apart by identity, as the grader does."""
    steps = list(_inner(_used(case)))
    pairs = ", ".join(f'{name}: "{name}"' for name in leaves(steps))
    yield f"names {'|=' if any(map(_changed, steps)) else '='} {{{pairs}}}\n\n"


def _nodes_named(case: Graph) -> str:
    """Return the lines that give every node the name of the value that it made, or of its leaf."""
    steps = list(_inner(_used(case)))
    made = [name for step in steps if step.op not in _MODULES | {"data", "detach"} for name in step.names]
    found = dict.fromkeys([*leaves(steps), *(name for name in made if "." not in name)])
    cut = any(step.op in _CUTS for step in steps)
    asked, space = ("    if tensor.requires_grad:\n    ", "    ") if cut else ("", "")
    return _NODES_NAMED.format(pairs=", ".join(f'"{name}": {name}' for name in found), asked=asked, space=space)


def _printed(case: Graph, play: str, ask: str) -> Iterator[str]:
    """Yield the lines that ask and print."""
    if ask == "connection":
        yield f"found = connection({', '.join(case.given)})\n"
        yield from (f'print("{field}", sorted(map(name_of, found.{field})))\n' for field in CONNECTION)
        return
    for given in [(name,) for name in case.given] if play == "each" else [case.given]:
        [label] = labels(ask, given)
        if ask == "format_graph":
            yield f'print("{label}", {label}, sep="\\n")\n'
        else:
            yield f'print("{label}", {_ANSWERS.get(ask, label).format(*given)})\n'


def _unchanged(case: Graph, ask: str) -> Iterator[str]:
    call, answer = _answers(case, ask)
    yield f"first = {answer}\n"
    yield f"second = {answer}\n"
    for label in unchanged(case):
        yield f'print("{label}", {label if "." in label else f"{label}.tolist()"})\n'
    yield f'print("{again(call)}", second == first)\n'
    yield f"{case.given[0]}.backward()\n"
    yield f'print("{again(call, case.given[0])}", {answer} == first)\n'


def _untouched(case: Graph, ask: str) -> Iterator[str]:
    call, answer = _answers(case, ask)
    modules = [name for step in _inner(_used(case)) if step.op in _MODULES for name in step.names]
    yield _BEFORE.format(params=", ".join(f"*{name}.parameters()" for name in modules))
    told = unchanged(case)
    yield _GROUPS * (len(told) == len(_AFTER))
    yield f"first = {answer}\n"
    yield f"second = {answer}\n"
    yield from (f'print("{label}", {same})\n' for label, same in zip(told, _AFTER, strict=False))
    yield f"{case.given[0]}.backward()\n"
    yield f'print("{again(call)}", second == first)\n'


def _answers(case: Graph, ask: str) -> tuple[str, str]:
    """Return a call and how its answers are compared."""
    call = f"{ask}({', '.join(case.given)})"
    return call, _SAME.get(ask, "{0}").format(call)


_UNCHANGED = {"unchanged": _unchanged, "untouched": _untouched}
