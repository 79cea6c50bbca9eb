"""A student's file that replaces what players measure with changes nothing of what is noted (ex06 to ex12).

Each file below keeps what its own code needs, and replaces everything else by functions that raise, or that give one
answer to every question.
"""

import pytest

PATCH = """

import copy, functools, itertools, math
import numpy, torch
from torch import nn

KEPT = ["__class__", "__dict__", "__init__", "__new__", "__init_subclass__", "__subclasshook__", "__doc__",
        "__module__", "__getattribute__", "__getattr__", "__setattr__", "__torch_function__", "__weakref__"]
NEEDED = "{needed}".split()

def _make(name):
    if {lies}:
        return lambda *args, **named: {lie}
    def raises(*args, **named):
        raise RuntimeError(f"{{name}} was replaced")
    return raises

def _patch(owner, names):
    for name in names:
        value = getattr(owner, name, None)
        kept = name in KEPT or name in NEEDED
        if value is None or kept or isinstance(value, (type, int, float, str)):
            continue
        made = _make(name)
        try:
            setattr(owner, name, made if callable(value) else property(made))
        except (AttributeError, TypeError):
            pass

{what}
"""

EVERYTHING = """
_patch(torch.Tensor, dir(torch.Tensor))
_patch(nn.Module, dir(nn.Module))
_patch(nn.Parameter, vars(nn.Parameter))
_patch(torch.no_grad, ("__enter__", "__exit__"))
_patch(torch.enable_grad, ("__enter__", "__exit__"))
_patch(torch.overrides.TorchFunctionMode, ("__enter__", "__exit__"))
_patch(torch.autograd, ("grad", "backward"))
for _owner in (torch, numpy, math, copy, functools, itertools):
    _patch(_owner, [name for name in vars(_owner) if not name.startswith("_")])
"""

USED = """
_patch(torch.Tensor, "tolist data_ptr numpy flatten nonzero tanh exp any equal sum mean __sub__ __rsub__".split())
_patch(nn.Module, "parameters named_parameters modules named_modules zero_grad to requires_grad_".split())
_patch(nn.Module, "register_forward_hook state_dict load_state_dict".split())
_patch(torch.Tensor, ["register_hook", "backward"])
_patch(torch, "equal tensor full full_like ones_like from_numpy allclose".split())
_patch(torch.autograd, ("grad",))
_patch(math, "pi isfinite isnan".split())
_patch(copy, ["copy", "deepcopy"])
_patch(functools, ["reduce", "partial"])
_patch(itertools, ["groupby", "chain"])
_patch(numpy, "linspace full_like isfinite allclose".split())
"""
"""What players use by themselves; making optimizers and calling modules needs much of torch besides."""

MANNERS = {"raise": (False, "None"), "True": (True, "True"), "0.0": (True, "0.0"), "the argument": (True, "args[0]")}

OWN = "grad is_leaf sub_ zero_ mul clone detach_"
"""What the optimizer and the clearing below call."""

OPTIMIZER = """
import torch
_B = torch._C.TensorBase  # it calls, while somebody listens to torch's calls, what torch.Tensor has under the same name
_grad, _set_grad, _leaf = _B.grad.__get__, _B.grad.__set__, _B.is_leaf.__get__
_sub_, _zero_, _mul, _clone = _B.sub_, _B.zero_, _B.mul, _B.clone
_mode, _is = torch._C._set_grad_enabled, torch._C.is_grad_enabled

class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
        if lr < 0 or not self.params or not all(map(_leaf, self.params)):
            raise ValueError

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            if set_to_none:
                _set_grad(p, None)
            elif _grad(p) is not None:
                _zero_(_grad(p))

    def step(self):
        was = _is()
        _mode(False)
        for p in self.params:
            if _grad(p) is not None:
                {step}
        _mode(was)
"""
RIGHT = "_sub_(p, _grad(p), alpha=self.lr)"
WRONG = {
    "the sign": "_sub_(p, _grad(p), alpha=-self.lr)",
    "a copy": "_sub_(_clone(p), _grad(p), alpha=self.lr)",
    "the gradient too": "_sub_(p, _grad(p), alpha=self.lr); _zero_(_grad(p))",
    "nothing": "pass",
}


NEEDED = {
    "ex07_connection": "deepcopy",
    "ex12_training_loop": "backward flatten ones_like from_numpy tensor mean sum item",
}
"""What a solution calls, or torch within what it is given."""


def patched(source: str, manner: str, what: str = EVERYTHING, needed: str = OWN) -> str:
    """Return a file that goes on with replacing names, those in `needed` left as they are."""
    lies, lie = MANNERS[manner]
    return source + PATCH.format(lies=lies, lie=lie, what=what, needed=needed)


@pytest.mark.parametrize("manner", MANNERS)
def test_a_right_optimizer_stays_right(lose, manner):
    source = patched(OPTIMIZER.format(step=RIGHT), manner)
    assert not lose({"ex09_sgd.py": source}, "ex09_sgd")


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("step", WRONG.values(), ids=WRONG)
def test_a_wrong_optimizer_does_not_get_better(lose, manner, step):
    plain = lose({"ex09_sgd.py": OPTIMIZER.format(step=step)}, "ex09_sgd")
    assert plain
    assert lose({"ex09_sgd.py": patched(OPTIMIZER.format(step=step), manner)}, "ex09_sgd") == plain


CLEARING = """
import torch
_B = torch._C.TensorBase
_grad, _set_grad, _zero_, _detach_ = _B.grad.__get__, _B.grad.__set__, _B.zero_, _B.detach_
_run, _ones = torch.autograd.Variable._execution_engine.run_backward, torch.ones_like

def zero_grad(params, set_to_none=True):
    for p in params:
        if set_to_none:
            _set_grad(p, None)
        elif _grad(p) is not None:
            {clear}

def accumulate(losses, params):
    inputs = tuple(params)
    for loss in losses:
        _run((loss,), (_ones(loss),), True, False, inputs, allow_unreachable=True, accumulate_grad=True)
"""


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("clear", ["_detach_(_grad(p)); _zero_(_grad(p))", "_zero_(_grad(p))", "pass"])
def test_clearing_is_judged_as_without_the_patch(lose, manner, clear):
    source = CLEARING.format(clear=clear)
    plain = lose({"ex08_zero_grad.py": source}, "ex08_zero_grad")
    assert bool(plain) == (clear != "_detach_(_grad(p)); _zero_(_grad(p))")
    assert lose({"ex08_zero_grad.py": patched(source, manner)}, "ex08_zero_grad") == plain


@pytest.mark.parametrize("every", [50, pytest.param(25, marks=pytest.mark.proof)])
@pytest.mark.parametrize("manner", ["raise", "True"])
@pytest.mark.parametrize("exercise", ["ex06_graph_walkers", "ex07_connection", "ex12_training_loop"])
def test_solutions_and_mutants_are_judged_as_without_the_patch(lose, course, solutions, exercise, manner, every):
    from graders.course.selftest import load_mutants

    # Made of the solution's own code: others call what is patched, and then are wrong in another way.
    own = [mutant for mutant in load_mutants(course, exercise) if mutant.predicts or not mutant.named]
    mutants = {mutant.id: mutant.source for mutant in own[::every]}
    for name, source in {"": solutions[f"{exercise}.py"], **mutants}.items():
        other = patched(source.decode(), manner, USED, NEEDED.get(exercise, ""))
        files = solutions | {f"{exercise}.py": other}
        assert lose(files, exercise) == lose(solutions | {f"{exercise}.py": source}, exercise), name or "solution"
