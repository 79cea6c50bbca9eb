"""Replays backward walks: the student's `backward` and `topological_order` on graphs of our own nodes (ex03)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graders.cases.program import Program
from graders.cases.scalar import noted
from graders.players.design import OPERANDS, Design, design_of
from graders.players.engine import operands_of
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
        call: Given a root, and a gradient or nothing, walks back from it.
        order: Given a root, returns the nodes below it; None when the student has no such function.
        base: The student's class, when the walk is a method of it or its nodes hold more than a graph needs; our nodes
            then inherit from it.
    """

    call: Callable[..., Any]
    order: Callable[[Any], Any] | None
    base: type | None = None


def find_walk(subject: Subject) -> Walk:
    """Return the student's walk: a function `backward(root, gradient)`, else the method of the only class that has one.

    Raises:
        Absent: there is neither; the message proposes the nearest name.
    """
    names = vars(subject.module())
    function = names.get("backward")
    if callable(function) and not isinstance(function, type):
        return Walk(_plainly(function), _plainly(names.get("topological_order")), _bearing_class(names))
    classes = [item for item in names.values() if isinstance(item, type) and callable(getattr(item, "backward", None))]
    named = [item for item in classes if item is names.get("Value")] or classes
    own = [item for item in named if not any(item is not other and issubclass(other, item) for other in named)]
    if len({id(item) for item in own}) != 1:
        methods = {name: None for item in names.values() if isinstance(item, type) for name in vars(item)}
        several = "; several classes have one" if own else nearest("backward", {**methods, **names})
        raise Absent(f"no backward found in {subject.home}.py{several}")
    base = own[0]
    method = getattr(base, "topological_order", None) or names.get("topological_order")
    return Walk(_plainly(lambda root, *given: root.backward(*given)), _plainly(method), base)


def _bearing_class(names: Mapping[str, Any]) -> type | None:
    """Return the class of a file's nodes where its constructor sets more than a graph needs, which a walk may read."""
    classes = [item for item in names.values() if isinstance(item, type) and hasattr(item, "__add__")]
    named = [item for item in classes if item is names.get("Value")] or classes
    return named[0] if len(named) == 1 and design_of(named[0]).extra else None


def _plainly(function: Any) -> Any:
    """Return a function of the student's that says it in words when it reads what our nodes do not have."""
    if not callable(function):
        return function

    def call(*given: Any) -> Any:
        try:
            return function(*given)
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

    Where the walk puts nothing on a root, the roots start with the gradient 1.0, so that it shows what else it does.
    """
    walk = find_walk(subject)
    _walk(case, walk, seen, 0.0 if seeds(walk) else 1.0)


def fresh_root(case: Program, subject: Subject, seen: Seen) -> None:
    """Note the gradients after each backward call from roots whose gradient is 0.0, as it is after the forward pass."""
    _walk(case, find_walk(subject), seen, 0.0)


def seeds(walk: Walk) -> bool:
    """Return whether a walk puts anything on its root; True for one that raises, which shows where it is judged."""
    make = plain_class(walk.base)
    leaf = make(1.0)
    root = make(2.0, (leaf,), "add", ((leaf, 1.0),))
    try:
        walk.call(root)
    except Exception:
        return True
    return bool(number(root.grad) != 0.0)


def _walk(case: Program, walk: Walk, seen: Seen, start: float) -> None:
    nodes = build(case, plain_class(walk.base))
    for leaf, grad in zip(nodes, case.preload, strict=False):
        leaf.grad = grad
    for root, _ in case.passes:
        nodes[root].grad = start
    for (root, given), shown in zip(case.passes, noted(case), strict=True):
        if given is None:
            walk.call(nodes[root])
        else:
            walk.call(nodes[root], given)
        for node in shown:
            seen(number(nodes[node].grad))
    seen([node.calls for node in nodes[len(case.leaves) :]])


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
