"""A file that changes what observes it, through the frames above its own, loses what it wanted to win."""

from __future__ import annotations

import pytest

from graders.spec import load_spec
from tests.conftest import Grade, lost

EX03 = "ex03_backward.py"

_ABOVE = """
import sys
def _above(name):
    "Return the globals of the first frame above that holds a name."
    frame = sys._getframe()
    while frame is not None:
        if name in frame.f_globals and not frame.f_code.co_filename.startswith("ex03"):
            return frame.f_globals
        frame = frame.f_back
"""

QUADRATIC = """
def topological_order(root):
    {trick}
    order, stack = [], [(root, iter(root._prev))]
    seen = [root]
    while stack:
        node, rest = stack[-1]
        for child in rest:
            if not any(child == one for one in seen):
                seen.append(child)
                stack.append((child, iter(child._prev)))
                break
        else:
            order.append(stack.pop()[0])
    return order

def backward(root, gradient=1.0):
    {trick}
    order = topological_order(root)
    for node in order:
        if node._prev:
            node.grad = 0.0
    root.grad = gradient
    for node in reversed(order):
        node._backward()
"""

TRICKS = {
    "more room for the counter": "_above('find_walk')['watched_class'].__globals__['_WORK'] = 10**9",
    "a counter that never counts": "_above('find_walk')['Work'].compare = lambda self: None",
    "another number of closures": "_above('find_walk')['number'] = lambda value: 1.0",
    "the code of a function": "f = _above('find_walk')['_walk']; f.__code__ = f.__code__.replace(co_name='walk')",
    "builtins": "_above('find_walk')['__builtins__']['sum'] = lambda found: 41",
    "the worker": "_above('_Outbox')['describe'] = lambda *given: ('ok', '', '', '', 0)",
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_a_changed_observer_is_noticed(grade: Grade, trick: str) -> None:
    shallow = [f"ex03.{one.id}" for one in load_spec("ex03_backward").concepts if one.id != "deep_chain"]  # takes 6 s
    honest = grade({EX03: _ABOVE + QUADRATIC.format(trick="pass")}, *shallow, search=False)
    hostile = grade({EX03: _ABOVE + QUADRATIC.format(trick=trick)}, *shallow, search=False)
    assert lost(honest)
    assert hostile.score < honest.score
    messages = [check.message for _, concept in hostile.concepts() for check in concept.checks]
    assert any("The file changes functions of the grader while they run" in message for message in messages)


def test_names_of_its_own_are_no_matter_of_ours(grade: Grade, solutions: dict[str, bytes]) -> None:
    patched = b"import builtins, math\nbuiltins.len = lambda found: 0\nmath.isfinite = lambda value: True\n"
    text = solutions[EX03].replace(b"from __future__ import annotations\n", b"")
    assert grade({EX03: b"from __future__ import annotations\n" + patched + text}, "ex03").passed
