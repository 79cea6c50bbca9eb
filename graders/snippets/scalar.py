"""Scalar programs as Python: one operation on the student's own values; graphs for the student's walk are next door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graders.cases.program import Program, Step, expression
from graders.cases.scalar import boxed, boxed_names, unboxed
from graders.snippets.scalar_walk import WalkStyle, order_text, printed, walk_text


def snippet(case: Program, play: str, style: Sequence[Any] = ()) -> str:
    """Return Python that replays `case` under the student's own definitions and prints what is compared.

    Args:
        case: The program.
        play: What was done with it.
        style: What the play `style_of(play)` notes about the student's code; empty for code like the course's.
    """
    if play in _TWO_FORMS:
        engine = EngineStyle(*style)
        raises = engine.raises and play == "numbers"  # the other play stops where a closure raises
        return two_forms_text(case, _TWO_FORMS[play](case), replace(engine, raises=raises))
    if play == "operation":
        return operation_text(case, EngineStyle(*style))
    walk = WalkStyle(*style)
    return order_text(case, walk) if play == "order" else walk_text(case, play, walk)


def style_of(play: str) -> str:
    """Return the play that notes how a student's code is used, for the snippet of a case."""
    return "engine_style" if play in ("operation", *_TWO_FORMS) else "walk_style"


_TWO_FORMS: dict[str, Callable[[Program], Program]] = {"numbers": boxed, "exponents": unboxed}
"""Plays that note an operation in two forms, to what makes the second one."""


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
        return below_text(operands)

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


def below_text(operands: str) -> str:
    """Return the definition of the function that lists the nodes of a result; `operands` gives those of `node`."""
    return _BELOW.format(operands=operands)


def operation_text(case: Program, style: EngineStyle) -> str:
    """Return the text of one operation, and of the prints of its value, its operands and their gradients."""
    lines = [style.below()] if style.composed else []
    made, out, leaves = _made(case, style)
    kept = f"below({out})" if style.composed else f"{out}.{style.operands}"
    odd = style.odd and not (style.composed or style.itself)
    reached = remembered(leaves, f"[{out}]" if style.itself else kept, f"{out}._prev", odd)
    lines += [*made, *printed([f"{out}.data"]), *reached, *_sent(case, style)]
    return "\n".join([*lines, *printed([f"{name}.grad" for name in leaves])])


_TOLD = """\
def told(item):  # a leaf by its name, also in a pair
    parts = item if isinstance(item, (tuple, list)) else ()
    if any(id(part) in names for part in parts):
        shown = [names.get(id(part), "...") for part in parts]
        return f"({', '.join(shown)})"
    return names.get(id(item), f"{type(item).__name__}, not a node")"""


def remembered(leaves: Sequence[str], kept: str, label: str, odd: bool = False) -> list[str]:
    """Return lines that print, under a label, which leaves are among the nodes that an expression gives.

    Where it gives something odd, pairs for example, they print how each leaf stands there.
    """
    if odd:
        named = ", ".join(f'id({name}): "{name}"' for name in leaves)
        return [f"names = {{{named}}}", *_TOLD.split("\n"), f'print("{label}", [told(item) for item in {kept}])']
    named = ", ".join(f'"{name}": {name}' for name in leaves)
    met = f'print("{label}", [name for name in leaves if id(leaves[name]) in nodes])'
    return [f"nodes = [id(node) for node in {kept}]", f"leaves = {{{named}}}", met]


def two_forms_text(case: Program, other: Program, style: EngineStyle) -> str:
    """Return the text of an operation with and without a plain number, and of the prints of both."""
    lines = [style.below()] if style.composed else []
    made, out, leaves = _made(case, style)
    grads = printed([f"{name}.grad" for name in leaves])
    shown = _failing([*_sent(case, style), *grads], [f"{name}.grad" for name in leaves], style)
    lines += [*made, *printed([f"{out}.data"]), *shown, ""]
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
