"""Graphs as Python text: a small class of nodes with right closures, the graph, and the student's walk over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graders.cases.program import Program, Step, expression
from graders.cases.scalar import boxed_names, noted
from graders.cases.slopes import worked

_NODE = """\
class {head}:  # operands: (node, slope) for each slot
    def __init__(self, data, *operands):
        {extra}self.data, self.grad, self.calls = data, 0.0, 0
        self._operands = operands
        self.{operands} = tuple(node for node, slope in operands){bound}

    def {closure}(self):
        self.calls += 1
        for node, slope in self._operands:
            node.grad += slope * self.grad
"""


@dataclass(frozen=True)
class WalkStyle:
    """How a student's walk is called.

    Attributes:
        base: Name of the class that the nodes inherit from; empty for none.
        method: Whether the walk is a method of the nodes.
        order_method: Whether `topological_order` is one.
        operands: Attribute with the operands of a node.
        closure: Attribute with the closure of a node.
        extra: Whether the constructor of that class sets more than a graph needs.
        seeds: Whether the walk puts anything on the root.
    """

    base: str = ""
    method: bool = False
    order_method: bool = False
    operands: str = "_prev"
    closure: str = "_backward"
    extra: bool = False
    seeds: bool = True

    def node(self) -> str:
        """Return the class of the nodes."""
        return _NODE.format(
            head=f"Node({self.base})" if self.base else "Node",
            extra="super().__init__(data)\n        " if self.extra else "",
            operands=self.operands,
            bound=f"\n        self.{self.closure} = self._send" if self.extra else "",
            closure="_send" if self.extra else self.closure,
        )

    def call(self, root: str, given: float | None) -> str:
        """Return the call of the walk."""
        if self.method:
            return f"{root}.backward({'' if given is None else repr(given)})"
        return f"backward({root}{'' if given is None else f', {given!r}'})"


def walk_text(case: Program, play: str, style: WalkStyle) -> str:
    """Return the text of a graph, of the backward calls on it, and of the prints of what is noted after each."""
    if case.repeat > 1:
        return _repeated_text(case, play, style)
    names, count = case.names(), len(case.leaves)
    lines = _graph(case, names)
    lines += [f"{name}.grad = {grad!r}" for name, grad in zip(names, case.preload, strict=False) if grad]
    if play == "backward" and not style.seeds:
        roots = dict.fromkeys(names[root] for root, _ in case.passes if root >= count)
        lines += [f"{root}.grad = 1.0  # your walk puts nothing there" for root in roots]
    for number, ((root, given), shown) in enumerate(zip(case.passes, noted(case), strict=True), 1):
        lines.append(style.call(names[root], given))
        head = f"pass {number}: " if len(case.passes) > 1 else ""
        lines += _printed([f"{names[node]}.grad" for node in shown], head)
    closures = ", ".join(names[count:])
    counted = ", ".join(f"{name}.calls" for name in names[count:])
    return "\n".join([style.node(), *lines, f'print("calls of {closures}", [{counted}])'])


def order_text(case: Program, style: WalkStyle) -> str:
    """Return the text of a graph and of the order asked for it."""
    names = case.names()
    root = names[case.passes[0][0]]
    listed = ", ".join(f'id({name}): "{name}"' for name in names)
    call = f"{root}.topological_order()" if style.order_method else f"topological_order({root})"
    lines = [f"names = {{{listed}}}", f"order = {call}"]
    lines.append('print("order", [names.get(id(node), "?") for node in order])')
    return "\n".join([style.node(), *_graph(case, names), *lines])


_WIDE = 4
"""Values that are printed in one line."""


def _printed(values: list[str], head: str = "") -> list[str]:
    """Return prints of some expressions, each named, a few in a line."""
    groups = [values[begin : begin + _WIDE] for begin in range(0, len(values), _WIDE)]
    return [f'print(f"{head}{" ".join(f"{{{value}=}}" for value in group)}")' for group in groups]


def _graph(case: Program, names: list[str]) -> list[str]:
    count = len(case.leaves)
    lines = [f"{name} = Node({value!r})" for name, value in zip(names, case.leaves, strict=False)]
    steps = zip(case.steps, names[count:], worked(case), strict=True)
    return lines + [f"{name} = {_node(step, names, *numbers)}" for step, name, numbers in steps]


def _node(step: Step, names: list[str], out: float, *slopes: float) -> str:
    """Return the call that makes a step's node, its slopes written out, with the expression as a comment."""
    nodes = [names[i] for i in step[1:] if isinstance(i, int)]
    pairs = [f"({name}, {slope!r})" for name, slope in zip(nodes, slopes, strict=True)]
    return f"Node({', '.join([repr(out), *pairs])})  # {expression(step, names)}"


def _repeated_text(case: Program, play: str, style: WalkStyle) -> str:
    """Return the text of a long graph of sums, whose slopes are always 1.

    Raises:
        ValueError: it is another graph.
    """
    if len(case.leaves) != 1 or len(case.steps) != 1 or case.steps[0][0] != "add":
        raise ValueError("a repeated program must be one sum on one leaf")
    operands = ["root" if isinstance(x, int) else repr(x) for x in case.steps[0][1:]]
    data = " + ".join(f"{x}.data" if x == "root" else x for x in operands)
    node = ", ".join([data, *("(root, 1.0)" for x in operands if x == "root")])
    lines = [f"root = a = Node({case.leaves[0]!r})", "nodes = []", f"for _ in range({case.repeat}):"]
    lines += [f"    root = Node({node})", "    nodes.append(root)"]
    if play == "chain" and not style.seeds:
        lines.append("root.grad = 1.0  # your walk puts nothing there")
    lines.append(style.call("root", None))
    if play == "chain":
        return "\n".join([style.node(), *(x for x in lines if "nodes" not in x), *_printed(["root.grad", "a.grad"])])
    counted = 'print("the number of closures that ran", sum(node.calls > 0 for node in nodes))'
    return "\n".join([style.node(), *lines, counted])


@dataclass(frozen=True)
class EngineStyle:
    """How a student's engine does one operation.

    Attributes:
        name: Of its class.
        operands: Attribute with the operands of a result.
        closure: Attribute with its closure.
        form: "method" for `a.abs()` in place of `abs(a)`, "function" for `exp(a)` in place of `a.exp()`, else empty.
        bare: Whether a leaf has no closure or no operands, not even empty ones.
        composed: Whether the result is made in several steps, so that its closure alone is not the whole way.
        itself: Whether the result is the operand.
        odd: Whether it remembers something else than nodes, or nodes in pairs.
        raises: Whether its closure raises.
    """

    name: str = "Value"
    operands: str = "_prev"
    closure: str = "_backward"
    form: str = ""
    bare: bool = False
    composed: bool = False
    itself: bool = False
    odd: bool = False
    raises: bool = False

    def written(self, step: Step, names: list[str]) -> str:
        """Return one step as this engine writes it."""
        if self.form == "function":
            return f"{step[0]}({names[step[1]]})"
        return f"{names[step[1]]}.{step[0]}()" if self.form == "method" else expression(step, names)

    def below(self) -> str:
        """Return the definition of the function that lists the nodes of a composed result."""
        operands = f'getattr(node, "{self.operands}", None) or ()' if self.bare else f"node.{self.operands}"
        return _BELOW.format(operands=operands)

    def send(self, out: str, upstream: float) -> list[str]:
        """Return the lines that send a gradient from a result to its operands."""
        if self.itself:
            return [f"{out}.grad += {upstream!r}  # {out} is its operand"]
        if not self.composed:
            return [f"{out}.grad = {upstream!r}", f"{out}.{self.closure}()"]
        run = [f"    node.{self.closure}()"]
        if self.bare:
            run = [f'    if getattr(node, "{self.closure}", None):', f"    {run[0]}"]
        return [f"{out}.grad = {upstream!r}", f"for node in reversed(below({out})):", *run]


_BELOW = """\
def below(out):  # out and all that it is made of, operands first
    order = []
    def visit(node):
        if not any(node is other for other in order):
            for operand in {operands}:
                visit(operand)
            order.append(node)
    visit(out)
    return order
"""


def operation_text(case: Program, style: EngineStyle) -> str:
    """Return the text of one operation, and of the prints of its value, its operands and their gradients."""
    lines = [style.below()] if style.composed else []
    made, out, leaves = _made(case, style)
    kept = f"below({out})" if style.composed else f"{out}.{style.operands}"
    odd = style.odd and not (style.composed or style.itself)
    reached = remembered(leaves, f"[{out}]" if style.itself else kept, f"{out}._prev", odd)
    lines += [*made, *_printed([f"{out}.data"]), *reached, *_sent(case, style)]
    return "\n".join([*lines, *_printed([f"{name}.grad" for name in leaves])])


_TOLD = """\
def told(item):  # a leaf by its name, also in a pair
    pair = isinstance(item, (tuple, list))
    form = "{}" if not pair else "({}, ...)" if hasattr(item[0], "grad") else "(..., {})"
    for part in item if pair else [item]:
        for name, leaf in leaves.items():
            if part is leaf:
                return form.format(name)
    return f"{type(item).__name__}, not a node\""""


def remembered(leaves: Sequence[str], kept: str, label: str, odd: bool = False) -> list[str]:
    """Return lines that print, under a label, which leaves are among the nodes that an expression gives.

    Where it gives something odd, pairs for example, they print how each leaf stands there.
    """
    named = ", ".join(f'"{name}": {name}' for name in leaves)
    if odd:
        return [*_TOLD.split("\n"), f"leaves = {{{named}}}", f'print("{label}", [told(item) for item in {kept}])']
    met = f'print("{label}", [name for name in leaves if id(leaves[name]) in nodes])'
    return [f"nodes = [id(node) for node in {kept}]", f"leaves = {{{named}}}", met]


def two_forms_text(case: Program, other: Program, style: EngineStyle) -> str:
    """Return the text of an operation with and without a plain number, and of the prints of both."""
    lines = [style.below()] if style.composed else []
    made, out, leaves = _made(case, style)
    grads = _printed([f"{name}.grad" for name in leaves])
    shown = _failing([*_sent(case, style), *grads], [f"{name}.grad" for name in leaves], style)
    lines += [*made, *_printed([f"{out}.data"]), *shown, ""]
    names = boxed_names(other, style.name)
    written = expression(other.steps[0], names)
    label = expression(other.steps[0], boxed_names(other))
    made = [f"a = {style.name}({other.leaves[0]!r})", f"out = {written}"]
    sent = _sent(other, replace(style, itself=False), "a")
    if style.itself:
        lifted = [f"    {line}" for line in sent]
        sent = ["if out is a:", *(f"    {line}" for line in _sent(other, style, "a")), "else:", *lifted]
    shown = _failing([*sent, f'print("a.grad of {label}", a.grad)'], [f"a.grad of {label}"], style)
    return "\n".join([*lines, *made, f'print("out.data of {label}", out.data)', *shown])


def _failing(lines: list[str], labels: Sequence[str], style: EngineStyle) -> list[str]:
    """Return lines as they are, or, where a closure raises, with what is printed then in the place of its labels."""
    if not style.raises:
        return lines
    told = [f'    print("{label}", type(error).__name__)' for label in labels]
    return ["try:", *(f"    {line}" for line in lines), "except Exception as error:", *told]


def _made(case: Program, style: EngineStyle) -> tuple[list[str], str, list[str]]:
    """Return the lines that make the leaves and the result, the name of the result, and those of the leaves."""
    names, count = case.names(), len(case.leaves)
    lines = [f"{name} = {style.name}({value!r})" for name, value in zip(names, case.leaves, strict=False)]
    return [*lines, f"{names[count]} = {style.written(case.steps[0], names)}"], names[count], names[:count]


def _sent(case: Program, style: EngineStyle, *only: str) -> list[str]:
    """Return the lines that set the gradients and run the closures."""
    names, count = case.names(), len(case.leaves)
    lines = [f"for node in below({names[count]}):", "    node.grad = 0.0"] if style.composed else []
    alone = not case.preload and case.steps[0][0] == "add" and not only  # shows with which gradients its operands start
    for name, grad in zip([] if alone else only or names[:count], case.preloads(), strict=False):
        said = f"  # what another use of {name} has already added" if grad else ""
        lines.append(f"{name}.grad = {grad!r}{said}")
    return [*lines, *style.send(names[count], float(case.passes[0][1] or 0.0))]
