"""Replays backward walks: the student's `backward` and `topological_order` on graphs of our own nodes (ex03)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graders.cases.program import Program
from graders.cases.scalar import noted
from graders.players.design import OPERANDS, Design, design_of, operands_of
from graders.players.keeping import keeping
from graders.players.nodes import (
    Work,
    build,
    build_chain,
    counting_members,
    is_ours,
    link_class,
    plain_class,
    watched_class,
)
from graders.players.seen import Seen, number
from graders.players.subject import Absent, Subject, Unusable, name_of, nearest


@dataclass(frozen=True)
class Walk:
    """What the student wrote, as a function or as a method.

    Attributes:
        written: The function or the method that walks back.
        order: Given a root, returns the nodes below it; None when the student has no such function.
        base: The student's class, when the walk is a method of it or its nodes hold more than a graph needs; our nodes
            then inherit from it.
        kind: The class of the student's own nodes, whose design tells why a walk does not get along with ours.
        method: Whether it is called as `root.backward()`.
    """

    written: Callable[..., Any]
    order: Callable[[Any], Any] | None
    base: type | None = None
    kind: type | None = None
    method: bool = False

    def call(self, root: Any, given: float | None = None) -> None:
        """Walk back from a root, with a gradient or without one.

        Raises:
            Unusable: the walk fails, and the student's own nodes are linked in another way than ours.
        """
        try:
            more, named = ((), {}) if given is None else _taken(self.written, given)
            run = root.backward if self.method else partial(self.written, root)
            _plainly(run)(*more, **named)
        except (AttributeError, KeyError, TypeError):
            self.explain(None)
            raise

    def explain(self, walk: Any) -> None:
        """Say how the student's engine keeps its graph, if not as the nodes here do.

        Args:
            walk: What the student wrote, where it ran no closure; None where it failed.

        Raises:
            Unusable: it keeps it in another way.
        """
        if self.kind is not None and (told := keeping(self.kind).told(walk)):
            raise Unusable(told) from None


def find_walk(subject: Subject) -> Walk:
    """Return the student's walk: a function `backward(root, gradient)`, else the method of the only class that has one.

    Raises:
        Absent: there is neither; the message proposes the nearest name.
    """
    names = vars(subject.module())
    function = names.get("backward")
    if callable(function) and not isinstance(function, type):
        return Walk(function, _plainly(names.get("topological_order")), *_own_class(names))
    classes = [item for item in names.values() if isinstance(item, type) and callable(getattr(item, "backward", None))]
    named = [item for item in classes if item is names.get("Value")] or classes
    own = [item for item in named if not any(item is not other and issubclass(other, item) for other in named)]
    if len({id(item) for item in own}) != 1:
        methods = {name: None for item in names.values() if isinstance(item, type) for name in vars(item)}
        several = "; several classes have one" if own else nearest("backward", {**methods, **names})
        raise Absent(f"no backward found in {subject.home}.py{several}")
    base: Any = own[0]
    method = getattr(base, "topological_order", None) or names.get("topological_order")
    return Walk(base.backward, _plainly(method), base, base, method=True)


def _own_class(names: Mapping[str, Any]) -> tuple[type | None, type | None]:
    """Return the class of a file's nodes, the first time only where its constructor sets more than a graph needs.

    Such attributes a walk may read.
    """
    classes = [item for item in names.values() if isinstance(item, type) and hasattr(item, "__add__")]
    named = [item for item in classes if item is names.get("Value")] or classes
    kind = named[0] if len(named) == 1 else None
    return kind if kind is not None and design_of(kind).extra else None, kind


def _taken(written: Any, given: float) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the further arguments with which a walk gets a gradient: at the place of the one called so, else second.

    Raises:
        Unusable: what stands second is a switch.
    """
    code, defaults = getattr(written, "__code__", None), getattr(written, "__defaults__", None) or ()
    if code is None:
        return (given,), {}
    names = code.co_varnames[: code.co_argcount]
    usual = dict(zip(names[::-1], defaults[::-1], strict=False))
    if "gradient" in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount] or (
        "gradient" in names[2:] and names[1] in usual
    ):
        return (), {"gradient": given}
    if len(names) > 1 and type(usual.get(names[1])) is bool:
        raise Unusable(
            f"the second argument of backward is {names[1]}, a switch; here it is the gradient to start with, as in "
            "backward(root, 0.5)"
        )
    return (given,), {}


def _plainly(function: Any) -> Any:
    """Return a function of the student's that says it in words when it reads what our nodes do not have."""
    if not callable(function):
        return function

    def call(*given: Any, **named: Any) -> Any:
        try:
            return function(*given, **named)
        except AttributeError as error:
            if not is_ours(error.obj):
                raise
            raise Unusable(
                f"the walk reads .{error.name} of a node; the nodes here have data, grad, _prev and _backward, "
                "and what your class sets in __init__"
            ) from None

    return call


def backward(case: Program, subject: Subject, seen: Seen) -> None:
    """Note the gradients after each backward call, and how often each closure ran.

    Where the walk leaves its root as it is, the roots start with the gradient 1.0, so that it shows what else it does.
    """
    walk = find_walk(subject)
    _walk(case, walk, seen, 0.0 if seeds(walk) else 1.0)


def fresh_root(case: Program, subject: Subject, seen: Seen) -> None:
    """Note the gradients after each backward call from roots whose gradient is 0.0, as it is after the forward pass."""
    _walk(case, find_walk(subject), seen, 0.0)


def seeds(walk: Walk) -> bool:
    """Return whether a walk decides by itself what its root starts with: it puts something there, or leaves it at 0.

    True for one that raises, which shows where it is judged.
    """
    make = plain_class(walk.base)
    after = []
    for start in (0.0, 1.0):
        leaf = make(1.0)
        root = make(2.0, (leaf,), "add", ((leaf, 1.0),))
        root.grad = start
        try:
            walk.call(root)
        except Exception:
            return True
        after.append(number(root.grad))
    return bool(after[0] != 0.0 or after[1] == 0.0)


def _walk(case: Program, walk: Walk, seen: Seen, start: float) -> None:
    nodes, count = build(case, plain_class(walk.base)), len(case.leaves)
    for leaf, grad in zip(nodes, case.preload, strict=False):
        leaf.grad = grad
    for root, _ in case.passes:
        if root >= count:
            nodes[root].grad = start
    for (root, given), shown in zip(case.passes, noted(case), strict=True):
        walk.call(nodes[root], given)
        if not any(node.calls for node in nodes[count:] if node is not nodes[root]):
            walk.explain(walk.written)
        for node in shown:
            seen(number(nodes[node].grad))
    if case.steps:
        seen([node.calls for node in nodes[count:]])


def chain(case: Program, subject: Subject, seen: Seen) -> None:
    """Note the gradients at both ends of a long chain of sums."""
    walk = find_walk(subject)
    gc.disable()  # the chain holds no garbage, but would be searched for it again and again
    try:
        leaf, root = build_chain(case, link_class(walk.base))
        root.grad = 0.0 if seeds(walk) else 1.0
        walk.call(root)
        seen(number(root.grad))
        seen(number(leaf.grad))
    finally:
        gc.enable()


def order(case: Program, subject: Subject, seen: Seen) -> None:
    """Note the order that `topological_order` gives, by the names of the nodes; `?` stands for anything else."""
    walk = find_walk(subject)
    if walk.order is None:
        raise Absent(
            f"no topological_order found in {subject.home}.py{nearest('topological_order', vars(subject.module()))}"
        )
    nodes = build(case, plain_class(walk.base))
    names = {id(node): name for node, name in zip(nodes, case.names(), strict=True)}
    listed = walk.order(nodes[case.passes[0][0]])
    seen([names.get(id(node), "?") for node in listed] if isinstance(listed, (list, tuple)) else listed)


def work(case: Program, subject: Subject, seen: Seen) -> None:
    """Note how many closures ran at least once on a graph whose nodes count the readings of their operands."""
    walk = find_walk(subject)
    made: list[Any] = []
    count = Work(len(case.leaves) + len(case.steps) * case.repeat)
    kind = watched_class(count, walk.base)
    members = counting_members(kind)

    def make(*given: Any) -> Any:
        made.append(kind(*given))
        return made[-1]

    nodes = build(case, make)
    walk.call(nodes[-1])
    if count.tampered() or counting_members(kind) != members:
        raise Unusable("the walk changes what counts its work")
    seen(sum(node.calls > 0 for node in made[len(case.leaves) :]))


def walk_style(case: Program, subject: Subject, seen: Seen) -> None:
    """Note how the student's walk is called and what its nodes inherit from, for the text of a case."""
    walk = find_walk(subject)
    design = design_of(walk.base) if walk.base else Design()
    seen(name_of(walk.base, subject) if walk.base else "")
    seen(not callable(vars(subject.module()).get("backward")))
    seen(callable(getattr(walk.base, "topological_order", None)))
    seen(operands_of(walk.base) if walk.base else OPERANDS[0])
    seen(design.closure)
    seen(bool(design.extra))
    seen(seeds(walk))
