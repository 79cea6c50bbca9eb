"""What an exercise on torch does without is refused however it is reached, and what it builds on still works."""

import pytest

from graders.course.signals import used_against_advice
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.sandbox.probe import probe
from graders.spec import load_spec
from tests.conftest import ROOT, lost

MODES = {"jail": ("jail", "base"), "base": ("base",)}.get(probe().level, ())
"""The levels that this machine offers and that hide files."""


@pytest.fixture(scope="module")
def grade_in(course, store):
    """Grade ex09 at a given level of isolation."""
    pools = {mode: SandboxPool(course, mode) for mode in MODES}

    def run(mode: str, files: dict[str, str]) -> Report:
        sources = {name: text.encode() for name, text in files.items()}
        return Grader(course, store, pools[mode], Budget(calls=0)).grade(Files(sources), ["ex09_sgd"])

    yield run
    for pool in pools.values():
        pool.close()


STEP = """
import gc, importlib, sys
import torch
from torch.optim import Adam, SGD as Theirs  # an import that nobody uses costs nothing

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
FUSED = "[p], [p.grad], [], weight_decay=0., momentum=0., lr=self.lr, dampening=0., nesterov=False, maximize=False"
FUSED += ", is_first_step=True"

WAYS = {
    "by its name": "torch.optim.SGD([p], lr=self.lr).step()",
    "by its import": "Theirs([p], lr=self.lr).step()",
    "another one": "Adam([p], lr=self.lr).step()",
    "by importlib": "getattr(importlib.import_module('torch.op' + 'tim'), 'S' + 'GD')([p], lr=self.lr).step()",
    "in sys.modules": "sys.modules['torch.opt' + 'im.sgd'].SGD([p], lr=self.lr).step()",
    "among the subclasses": "dict((c.__name__, c) for c in torch.optim.Optimizer.__subclasses__())['SGD']([p], 1)",
    "by gc": "[c for c in gc.get_referents(torch.optim) if type(c) is dict][0]['SGD']([p], lr=self.lr).step()",
    "without its constructor": "o = object.__new__(Theirs); o.param_groups = []; o.step()",
    "its function": "sys.modules['torch.optim.sgd'].sgd([p], [p.grad], [None], weight_decay=0.)",
    "its inner function": "sys.modules['torch.optim.sgd']._single_tensor_sgd([p], [p.grad], [None], None, None)",
    "its other export": "importlib.import_module('torch.optim._functional').sgd([p], [p.grad], [None])",
    "what a decorator wraps": "Theirs.step.__wrapped__(Theirs)",
    "what it averages with": "torch.optim.swa_utils.AveragedModel(torch.nn.Linear(1, 1))",
    "the compiled one": f"torch._fused_sgd_({FUSED})",
    "as an operator": f"torch.ops.aten._fused_sgd_({FUSED})",
    "in torch._VF": f"torch._VF._fused_sgd_({FUSED})",
}


@pytest.mark.parametrize("step", WAYS.values(), ids=WAYS)
def test_a_step_of_torchs_own_is_refused(grade, step):
    report = grade({"ex09_sgd.py": STEP.format(step=step)}, "ex09_sgd", search=False)
    passed = {concept.id for _, concept in report.concepts() if concept.status == "passed"}
    assert passed == {"zero_grad", "errors"}
    said = {check.message for _, concept in report.concepts() for check in concept.checks}
    assert any("is to do without it" in text and "ex09_sgd.py, line " in text for text in said), said


FROM_DISK = {
    "as a new module": "del sys.modules['torch.optim.sgd']; importlib.import_module('torch.optim.sgd').SGD([p], 1)",
    "as text": "open(torch.__file__.replace('__init__.py', 'optim/sgd.py')).read(); p.sub_(self.lr * p.grad)",
    "as code": "Theirs.__init__.__globals__['__loader__'].get_code('torch.optim.sgd'); p.sub_(self.lr * p.grad)",
    "functional": "importlib.import_module('torch.distributed.optim.functional_sgd'); p.sub_(self.lr * p.grad)",
}


@pytest.mark.parametrize("step", FROM_DISK.values(), ids=FROM_DISK)
def test_its_source_cannot_be_read(grade_in, step):
    for mode in MODES:
        report = grade_in(mode, {"ex09_sgd.py": STEP.format(step=step)})
        assert {concept.id for _, concept in report.concepts() if concept.status == "passed"} == {"zero_grad", "errors"}


def test_an_unused_import_costs_nothing(grade):
    assert not lost(grade({"ex09_sgd.py": STEP.format(step="p.sub_(self.lr * p.grad)")}, "ex09_sgd", search=False))


@pytest.mark.parametrize("exercise", ["ex08_zero_grad", "ex09_sgd", "ex10_sgd_momentum", "ex11_adaptive"])
def test_right_answers_keep_their_points_and_are_not_told(grade, course, solutions, exercise):
    for path in sorted((ROOT / "tests" / "right" / exercise).glob("*.py")):
        assert not lost(grade({**solutions, path.name: b"", f"{exercise}.py": path.read_bytes()}, exercise)), path.name
        assert not used_against_advice(course.exercise(exercise), load_spec(exercise), path.read_bytes()), path.name


CLEARING = {
    "the optimizer's": "torch.optim.SGD(list(params), lr=0.1).zero_grad(set_to_none=set_to_none)",
    "the base class's": "torch.optim.Optimizer(list(params), {}).zero_grad(set_to_none=set_to_none)",
    "the module's": "m = nn.Module(); m.p = nn.ParameterList(params); m.zero_grad(set_to_none=set_to_none)",
    "the module's, unbound": "nn.Module.zero_grad(nn.ParameterList(list(params)), set_to_none)",
}


@pytest.mark.parametrize("clear", CLEARING.values(), ids=CLEARING)
def test_clearing_is_written_by_hand(grade, clear):
    source = f"import torch\nfrom torch import nn\n\ndef zero_grad(params, set_to_none=True):\n    {clear}\n"
    report = grade({"ex08_zero_grad.py": source}, "ex08_zero_grad", search=False)
    assert report.score == 0


REACH = """
from torch.autograd import grad
from torch.autograd.graph import get_gradient_edge

def reached_parameters(loss):
    found, rest, seen = [], [get_gradient_edge(loss).node] if loss.requires_grad else [], set()
    while rest:
        node = rest.pop()
        if node not in seen:
            seen.add(node)
            found += [node.variable] if hasattr(node, "variable") else []
            rest += [n for n, _ in node.next_functions if n is not None]
    return [leaf for leaf in found if {condition}]
"""


def test_asking_autograd_who_is_reached_is_refused(grade):
    asked = "grad(loss, leaf, retain_graph=True, allow_unused=True)[0] is not None"
    report = grade({"ex07_connection.py": REACH.format(condition=asked)}, "ex07_connection", search=False)
    concept = next(concept for _, concept in report.concepts() if concept.id == "reached")
    assert concept.score == 0
    assert "torch.autograd.grad is used" in concept.checks[0].message
    read = grade({"ex07_connection.py": REACH.format(condition="leaf.requires_grad")}, "ex07_connection", search=False)
    assert next(concept for _, concept in read.concepts() if concept.id == "reached").score > 0


LAZY = """
import torch, warnings
from torch import nn

def check():
    x = torch.linspace(0, 1, 4, dtype=torch.float64).reshape(2, 2).requires_grad_()
    repr(x), repr(x.grad_fn), str(x.exp()), f"{x.sum():.3f}"
    torch.linalg.norm(x), torch.linalg.svd(x.detach()), torch.einsum("ij,jk->ik", x, x), torch.fft.fft(x.detach())
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.LayerNorm(3), nn.Dropout(0.5), nn.Linear(3, 1)).double()
    nn.functional.huber_loss(net(x), x[:, :1].detach()).backward()
    torch._foreach_add_([x.detach()], [x.detach()])
    nn.utils.clip_grad_norm_(net.parameters(), 1.0), nn.utils.parameters_to_vector(net.parameters())
    torch.autograd.functional.jacobian(lambda v: v.pow(2), x.detach())
    torch.distributions.Normal(0.0, 1.0).sample(), torch.nn.init.xavier_uniform_(torch.empty(2, 2))
    nn.Conv2d(1, 1, 1)(torch.ones(1, 1, 2, 2)), nn.LSTM(2, 2)(torch.ones(3, 1, 2)), nn.MultiheadAttention(2, 1)
    torch.vmap(torch.exp)(torch.ones(2)), torch.func.grad(lambda v: v ** 2)(torch.tensor(1.0))
    net.load_state_dict(net.state_dict()), torch.utils.data.TensorDataset(x)

check()
"""


def test_the_rest_of_torch_still_works(grade_in, solutions):
    for mode in MODES:
        files = {"ex09_sgd.py": solutions["ex09_sgd.py"].decode() + LAZY}
        assert not lost(grade_in(mode, files)), mode


def test_the_base_class_keeps_what_is_its_own(grade):
    source = """
import torch

class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        if lr < 0:
            raise ValueError
        super().__init__(params, {"lr": lr})
        self.add_param_group({"params": [torch.ones(1, requires_grad=True)]})
        self.load_state_dict(self.state_dict())
        repr(self)
        self.register_step_post_hook(lambda *args: None)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.state[p]["step"] = 1
                    p.add_(p.grad, alpha=-group["lr"])
"""
    assert lost(grade({"ex09_sgd.py": source}, "ex09_sgd", search=False)) <= {"ex09_sgd.lr_change"}
