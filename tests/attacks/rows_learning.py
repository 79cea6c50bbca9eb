"""Rows 63 to 69: getting points without having understood anything."""

from __future__ import annotations

from arena import HONEST, Arena, Store, expect, walls
from attack import attack
from rows_forgery import _MUL


@attack(63, "torch.autograd in one's own backward", quick=True)
def autograd(arena: Arena) -> str:
    plain = 'tell(a=attempt(__import__, "torch"))\n'
    smuggled = "import sys\nsys.path[:0] = places\n" + plain
    places = _package_folders()
    answers = [arena.run(plain, flavour=flavour).said["a"] for flavour in ("python", "numpy")]
    expect(all("ModuleNotFoundError" in str(answer) for answer in answers), f"{answers}")
    if arena.walled:
        answers += [arena.run(smuggled, flavour=flavour, places=places).said["a"] for flavour in ("python", "numpy")]
    return walls(*answers)


@attack(64, "a ready-made optimizer or engine")
def ready_made(arena: Arena) -> str:
    code = "tell(**{name: attempt(__import__, name) for name in names})\n"
    names = ["torch.optim", "numpy", "scipy", "jax", "autograd", "sympy", "hypothesis", "pip", "graders.oracles.scalar"]
    return walls(*arena.run(code, flavour="python", names=names).said.values())


@attack(65, "finite differences in place of the chain rule")
def finite_differences(arena: Arena) -> str:
    slope = b"self.grad += out.data * out.grad"
    by_nudging = b"self.grad += (math.exp(self.data + 1e-6) - math.exp(self.data)) / 1e-6 * out.grad"
    expect(HONEST.count(slope) == 1, "the solution has changed: adapt the attack")
    report = arena.grade(HONEST.replace(slope, by_nudging), Store(concept="exp"))
    expect(report.score < report.max_score, f"it earned {report.score} of {report.max_score}")
    return "float64, tight tolerance"


@attack(66, "a table of the answers to known cases", quick=True)
def overfit(arena: Arena) -> str:
    known = arena.store.banks("ex02_closures")["mul"]
    table = {tuple(known.case(i).leaves): known.expected[i] for i in range(len(known))}
    products = {leaves: next(iter(expected.values())) for leaves, expected in table.items() if len(leaves) == 2}
    lookup = f"out = Value({products!r}.get((self.data, other.data), 0.0), (self, other), '*')"
    source = HONEST.replace(_MUL, lookup.encode(), 1)
    report = arena.grade(source, Store(key="another key", cases=12))
    expect(report.score < report.max_score, "the table passed under another key")
    return "fresh cases under a secret key"


@attack(67, "tell the batch from the own check, and act differently")
def detect_the_grader(arena: Arena) -> str:
    code = """
import os, sys
modules = sorted(name for name in sys.modules if not name.startswith("graders."))
tell(where=[os.getcwd(), dict(os.environ), sys.argv, sys.flags.__repr__(), modules, sys.path, os.getuid()])
"""
    twin = Arena(arena.mode, arena.landlock, arena.store, arena.flavour)
    try:
        mine, theirs = arena.run(code).said["where"], twin.run(code).said["where"]
    finally:
        twin.close()
    for one, other in zip(mine, theirs, strict=True):
        expect(one == other, f"the two workers differ: {one} and {other}"[:300])
    return "the same worker for both"


@attack(68, "crash on purpose to be left ungraded", quick=True)
def crash(arena: Arena) -> str:
    report = arena.grade(b"import os\nos._exit(0)\n" + HONEST)
    status = report.exercises[0].concepts[0].status
    expect(report.score == 0.0 and report.max_score > 0, f"it earned {report.score} of {report.max_score}")
    expect(status == "crashed", f"its status is {status}")
    return "a crash is no excuse"


@attack(69, "answers that change from run to run")
def flaky(arena: Arena) -> str:
    source = HONEST.replace(_MUL, b"out = Value(__import__('random').random(), (self, other), '*')", 1)
    report = arena.grade(source)
    expect(report.score < report.max_score, "it earned everything")
    expect(any("not deterministic" in signal for signal in report.signals), f"no signal: {report.signals}")
    return "run again in a new worker"


def _package_folders() -> list[str]:
    import torch

    return [torch.__file__.rpartition("/torch/")[0]]
