"""What honest students write works behind the walls and leaves no sign for the instructor."""

from __future__ import annotations

import pytest

from graders.sandbox.client import Limits, Worker
from graders.sandbox.opening import open_sandbox
from graders.sandbox.probe import probe

LIMITS = Limits(wall=10.0, load=20.0)

PLAIN = """
import abc, collections, copy, dataclasses, enum, fractions, functools, heapq, itertools, json, logging, math, operator
import os, pprint, random, re, statistics, string, sys, textwrap, time, traceback, typing, unittest, warnings
sys.setrecursionlimit(5000)
@dataclasses.dataclass
class Node:
    value: float
    children: tuple = ()
assert copy.deepcopy(Node(1.0, (Node(2.0),))).children[0].value == 2.0
assert isinstance(random.random() + time.time() + time.perf_counter(), float)
logging.getLogger().warning("seen")
try:
    1 / 0
except ZeroDivisionError:
    print(traceback.format_exc())
class Test(unittest.TestCase):
    def test(self): self.assertEqual(1, 1)
unittest.TextTestRunner(stream=sys.stdout).run(unittest.defaultTestLoader.loadTestsFromTestCase(Test))
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "exercises"))
assert os.path.basename(__file__).endswith(".py")
print(f"{statistics.mean([1, 2])} {fractions.Fraction(1, 3)} {os.getcwd()}", file=sys.stderr)
"""

NUMPY = """
import numpy as np
rng = np.random.default_rng(0)
square = rng.normal(size=(60, 60))
np.linalg.svd(square); np.linalg.inv(square); np.einsum("ij,jk->ik", square, square); np.fft.fft(square)
np.testing.assert_allclose(square @ np.linalg.inv(square), np.eye(60), atol=1e-6)
print(np.array2string(square[:2, :2]), np.random.rand(2))
"""

TORCH = """
import copy, io, torch
from torch import nn
torch.manual_seed(0)
torch.set_num_threads(4)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).double()
x, y = torch.randn(16, 4, dtype=torch.float64), torch.randint(0, 3, (16,))
for make in (torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop, torch.optim.AdamW):
    optimizer = make(model.parameters(), lr=0.01)
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a.exp()
    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.saved_tensors[0].exp()
leaf = torch.ones(3, requires_grad=True, dtype=torch.float64)
assert torch.autograd.gradcheck(Exp.apply, (leaf,))
torch.autograd.grad((leaf ** 3).sum(), leaf, create_graph=True)[0].sum().backward()
torch.save(copy.deepcopy(model).state_dict(), io.BytesIO())
(torch.randn(300, 300) @ torch.randn(300, 300)).sum()
print(model, leaf.grad)
"""


@pytest.mark.parametrize(
    ("flavour", "source"), [("python", PLAIN), ("numpy", PLAIN + NUMPY), ("torch", PLAIN + NUMPY + TORCH)]
)
def test_honest_code_is_not_hindered(flavour: str, source: str) -> None:
    with open_sandbox(flavour, LIMITS, probe().level) as sandbox:
        worker = Worker(sandbox.channel(), LIMITS)
        seen = worker.load("ex", {"ex": source.encode()})
        worker.kill()
        assert seen.status == "ok", f"{seen.says()}\n{worker.output().decode()}"
        assert not worker.notes()
        assert b"ZeroDivisionError" in worker.output()
