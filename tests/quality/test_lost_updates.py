"""A step that loses its update is told from one that only computes something of a parameter's shape (ex09)."""

import pytest

from graders.banks.generate import replay_in_process
from graders.cases.timeline import Leaf, Replace, SetGrad, Step, Timeline
from graders.concepts.ex09 import REPLACED
from graders.oracles import timeline as oracle
from graders.players.subject import Fixed
from tests.conftest import lost

RIGHT = """
import math
import torch

class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
        if lr < 0 or not self.params or not all(p.is_leaf for p in self.params):
            raise ValueError

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                {step}
"""

MEMBERS = {
    "norm": "n = p.grad.norm(); p -= self.lr * p.grad",
    "rate as a tensor": "p -= torch.tensor(self.lr, dtype=p.dtype) * p.grad",
    "largest": "p -= self.lr * p.grad if p.grad.abs().max() > 0 else 0 * p",
    "total norm": "t = sum(q.grad.norm() ** 2 for q in self.params if q.grad is not None); p -= self.lr * p.grad",
    "clipped": "c = torch.clamp(5e9 / (p.grad.norm() + 1e-6), max=1.0); p.add_(p.grad * c, alpha=-self.lr)",
    "noted before and after": "o = p.clone(); p.copy_(p - self.lr * p.grad); d = (p - o).norm()",
    "ratio": "r = p.norm() / p.grad.norm(); f = torch.isfinite(r); p.data -= self.lr * p.grad",
    "mean of ones": "m = torch.ones((), dtype=p.dtype) * p.grad.mean(); p.data.sub_(self.lr * p.grad)",
    "taken out": "x = float(p.grad.sum()); y = torch.tensor(x, dtype=p.dtype); p -= self.lr * p.grad",
    "through numpy": "v = p.detach().numpy(); v -= self.lr * p.grad.numpy(); t = torch.tensor(v.sum())",
    "buffers": "b = torch.zeros_like(p); b.add_(p.grad); s = b.sum() ** 2; p.add_(b, alpha=-self.lr)",
}


@pytest.mark.parametrize("step", MEMBERS.values(), ids=MEMBERS)
def test_a_right_step_may_compute_what_it_likes(grade, step):
    assert not lost(grade({"ex09_sgd.py": RIGHT.format(step=step)}, "ex09_sgd", search=False))


def swapped(held, other, grads):
    """Return a case in which the caller replaces the only parameter by another one of another shape."""
    events = (Replace(0, 1), SetGrad(0, grads[0]), SetGrad(1, grads[1]), Step())
    return Timeline((held, other), events, options=(("lr", 0.5),), held=(0,))


SWAPPED = (
    swapped(Leaf((1.0, -2.0)), Leaf((3.0,), ()), ((2.0, 1.0), (4.0,))),
    swapped(Leaf((1.0, -2.0)), Leaf((3.0,)), ((2.0, 1.0), (4.0,))),
    swapped(Leaf((1.0,), ()), Leaf((3.0, 1.0)), ((2.0,), (4.0, 1.0))),
)


@pytest.mark.parametrize("case", SWAPPED, ids=["shape ()", "shape (1,)", "shape (2,)"])
@pytest.mark.parametrize("step", MEMBERS.values(), ids=MEMBERS)
def test_a_parameter_that_is_not_held_was_not_meant_to_move(step, case):
    namespace = {}
    exec(RIGHT.format(step=step), namespace)
    seen = replay_in_process(REPLACED, case, Fixed("ex09_sgd", type("Theirs", (), namespace)))
    expected = oracle.update(case)
    moves = {label: value for label, value in expected.items() if "moves p" in label}
    noted = dict(zip(expected, seen.fields, strict=True))
    assert {label: noted[label] for label in moves} == moves == {"step 1 moves p0": True, "step 1 moves p1": False}


IN_PLACE = {"ex09_sgd.in_place"}
LOST = {
    "a new tensor": "p = p - self.lr * p.grad",
    "a copy that is written": "q = p.clone(); q -= self.lr * p.grad",
    "by items": "q = torch.empty_like(p); q[...] = p - self.lr * p.grad",
    "into out": "q = torch.zeros_like(p); torch.sub(p, self.lr * p.grad, out=q)",
    "out of data": "q = p.data.add(p.grad, alpha=-self.lr)",
    "after a norm": "q = p - self.lr * p.grad; n = p.grad.norm()",
    "through numpy": "q = torch.tensor(p.detach().numpy() - self.lr * p.grad.numpy())",
    "in a list": "[q] = torch._foreach_sub([p], [self.lr * p.grad])",
}


@pytest.mark.parametrize("step", LOST.values(), ids=LOST)
def test_a_lost_update_costs_what_is_in_place_and_nothing_else(grade, step):
    assert lost(grade({"ex09_sgd.py": RIGHT.format(step=step)}, "ex09_sgd", search=False)) == IN_PLACE


def test_an_update_of_copies_is_a_lost_one(grade):
    copies = RIGHT.replace(
        "raise ValueError\n", "raise ValueError\n        self.own = [p.detach().clone() for p in self.params]\n", 1
    )
    step = "[c.sub_(p.grad, alpha=self.lr) for c, q in zip(self.own, self.params) if q is p]"
    assert lost(grade({"ex09_sgd.py": copies.format(step=step)}, "ex09_sgd", search=False)) >= IN_PLACE
    assert "ex09_sgd.sign" not in lost(grade({"ex09_sgd.py": copies.format(step=step)}, "ex09_sgd", search=False))


NOTHING = {
    "the change alone": "q = self.lr * p.grad",
    "a norm": "n = p.norm(); m = p.grad.norm()",
    "nothing": "pass",
}


@pytest.mark.parametrize("step", NOTHING.values(), ids=NOTHING)
def test_what_no_parameter_could_become_is_no_step(grade, step):
    report = grade({"ex09_sgd.py": RIGHT.format(step=step)}, "ex09_sgd", search=False)
    assert lost(report) >= {"ex09_sgd.sign", "ex09_sgd.in_place", "ex09_sgd.lr_change", "ex09_sgd.frozen"}


def test_who_reads_the_callers_list_later_is_still_told(grade):
    late = RIGHT.replace("list(params), lr", "params, lr").replace("not self.params or not all", "any", 1)
    late = late.replace("any(p.is_leaf", "any(not p.is_leaf").format(step="n = p.grad.norm(); p -= self.lr * p.grad")
    assert "ex09_sgd.generator" in lost(grade({"ex09_sgd.py": late}, "ex09_sgd", search=False))
