"""Wrong answers that once kept every point: each loses what it is wrong about, and nothing else."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

EX06, EX07, EX08, EX09 = "ex06_graph_walkers", "ex07_connection", "ex08_zero_grad", "ex09_sgd"
EX10, EX11, EX12 = "ex10_sgd_momentum", "ex11_adaptive", "ex12_training_loop"
Edit = tuple[str, str]

_LOOP = "    inputs = list(params)\n    for loss in losses:\n"
_UNEQUAL = """\
    inputs = []
    for p in params:
        if not any(p.equal(q) for q in inputs):
            inputs.append(p)
    for loss in losses:
"""
_LEFT_OVER = "parameter.grad is not None]"
_CLEARS = "for p in self.params:\n            if set"
_CLEARS_FREE = _CLEARS.replace("self.params", "filter(Tensor.requires_grad.__get__, self.params)")
_KEEPS = "self.params = list(params)"
_INIT, _CLEAR = "    def __init__(self", "    def zero_grad(self"
_STEP = 'group["lr"] * self._direction(p, group'
_HAS_GRAD = "if p.grad is not None:\n                        g ="
_OF_FIRST = 'self.param_groups[0]["'
_EPOCHS = "    return [train_step(model, loss_fn, optimizer, x, y) for _ in range(epochs)]"
_UNTIL_LEARNT = """\
    losses = []
    while len(losses) < epochs and 0.0 not in losses:
        losses.append(train_step(model, loss_fn, optimizer, x, y))
    return losses"""
_BY_PLACE = (
    ('p in group["params"]:\n', 'i, p in enumerate((p for p in group["params"] if p.grad is not None), id(group)):\n'),
    (_STEP, f"{_STEP}, i"),
    ("_direction(self, p: Tensor, group: Group)", "_direction(self, p: Tensor, group: Group, i: int)"),
    ("_buffers[p]", "_buffers[i]"),
    ("if p in self", "if i in self"),
)
"""The buffer goes by the parameter's place among those that have a gradient."""


def _shared(kind: str, name: str) -> tuple[Edit, ...]:
    """Return the edits by which all optimizers share what each should have for itself."""
    return (f"        self.{name}: {kind} = {{}}\n", ""), (_CLEAR, f"    {name}: {kind} = {{}}\n\n{_CLEAR}")


KEPT: dict[str, tuple[str, str, tuple[Edit, ...]]] = {
    "an output is the first or it is not": (EX06, "output_index", (("after, output)", "after, min(output, 1))"),)),
    "zeros are no gradient (ex07)": (
        EX07, "leftover_grad", ((_LEFT_OVER, f"{_LEFT_OVER[:-1]} and parameter.grad.any()]"),),
    ),
    "a loss that stands there twice counts once": (EX08, "shared_graph", (("in losses:", "in set(losses):"),)),
    "a loss of 0 is passed over": (
        EX08, "accumulate", ((_LOOP, f"{_LOOP}        if loss.item() == 0:\n            continue\n"),),
    ),
    "parameters of the same value are one": (EX08, "accumulate", ((_LOOP, _UNEQUAL),)),
    "the gradients are recorded": (EX08, "shared_graph", (("retain_graph", "create_graph"),)),
    "a frozen parameter is not cleared": (EX09, "zero_grad", ((_CLEARS, _CLEARS_FREE),)),
    "parameters of the same value are held once": (
        EX09, "in_place", ((_KEEPS, "self.params = list({str(p.tolist()): p for p in params}.values())"),),
    ),
    "all optimizers hold the same parameters": (
        EX09, "generator", ((_KEEPS, "self.params[:] = list(params)"), (_INIT, f"    params: list = []\n\n{_INIT}")),
    ),
    "parameters of one shape share a buffer": (
        EX10, "together", (("_buffers[p]", "_buffers[p.shape]"), ("if p in self", "if p.shape in self")),
    ),
    "all optimizers share their buffers": (EX10, "own_buffer", _shared("dict[Tensor, Tensor]", "_buffers")),
    "buffers go by place": (EX10, "own_buffer", _BY_PLACE),
    "dampening is that of the first group": (EX10, "together", (('group["dampening', f"{_OF_FIRST}dampening"),)),
    "nesterov is that of the first group": (EX10, "together", (('group["nesterov', f"{_OF_FIRST}nesterov"),)),
    "parameters of one shape share their moments": (EX11, "together", (("setdefault(p,", "setdefault(p.shape,"),)),
    "RMSprop has the alpha of the first group": (
        EX11, "together", (('g * g, group["alpha', f"g * g, {_OF_FIRST}alpha"),),
    ),
    "RMSprop is centered as the first group": (EX11, "together", (('group["centered', f"{_OF_FIRST}centered"),)),
    "RMSprop has momentum as the first group": (EX11, "together", (('if group["momentum', f"if {_OF_FIRST}momentum"),)),
    "Adam has the betas of the first group": (EX11, "together", (('group["betas', f"{_OF_FIRST}betas"),)),
    "the decay is that of the first group": (EX11, "together", (('group["weight_decay', f"{_OF_FIRST}weight_decay"),)),
    "zeros are no gradient (ex11)": (
        EX11, "none_skipped", ((_HAS_GRAD, _HAS_GRAD.replace("None", "None and p.grad.any()")),),
    ),
    "a frozen parameter is passed over": (
        EX11, "none_skipped", ((_HAS_GRAD, _HAS_GRAD.replace("None", "None and p.requires_grad")),),
    ),
    "the decay is added into the gradient": (
        EX11, "in_place", (('p.grad + group["weight_decay"] * p', 'p.grad.add_(p, alpha=group["weight_decay"])'),),
    ),
    "fit ends when nothing is left to learn": (EX12, "fit_history", ((_EPOCHS, _UNTIL_LEARNT),)),
}  # fmt: skip


def _lost(grade: Grade, source: bytes, exercise: str, edits: tuple[Edit, ...]) -> set[str]:
    text = source.decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    report = grade({f"{exercise}.py": text}, exercise, search=False)
    return {one.id for _, one in report.concepts() if one.status in ("failed", "error")}


@pytest.mark.parametrize("what", KEPT)
def test_it_loses_what_it_is_wrong_about(grade: Grade, solutions: dict[str, bytes], what: str) -> None:
    exercise, concept, edits = KEPT[what]
    assert _lost(grade, solutions[f"{exercise}.py"], exercise, edits) == {concept}


def test_optimizers_of_ex11_that_share_their_states_lose_twice(grade: Grade, solutions: dict[str, bytes]) -> None:
    edits = _shared("dict[Tensor, State]", "_states")
    assert _lost(grade, solutions[f"{EX11}.py"], EX11, edits) == {"own_count", "together"}
