"""Wrong answers that once kept every point: each loses what it is wrong about, and nothing else."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

EX06, EX08, EX10, EX11 = "ex06_graph_walkers", "ex08_zero_grad", "ex10_sgd_momentum", "ex11_adaptive"
_LOOP = "    inputs = list(params)\n    for loss in losses:\n"
_UNEQUAL = """\
    inputs = []
    for p in params:
        if not any(p.equal(q) for q in inputs):
            inputs.append(p)
    for loss in losses:
"""

KEPT: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "an output is the first or it is not": (EX06, "output_index", (("after, output)", "after, min(output, 1))"),)),
    "a loss that stands there twice counts once": (EX08, "shared_graph", (("in losses:", "in set(losses):"),)),
    "a loss of 0 is passed over": (
        EX08, "accumulate", ((_LOOP, f"{_LOOP}        if loss.item() == 0:\n            continue\n"),),
    ),
    "parameters of the same value are one": (EX08, "accumulate", ((_LOOP, _UNEQUAL),)),
    "parameters of one shape share a buffer": (
        EX10, "together", (("_buffers[p]", "_buffers[p.shape]"), ("if p in self", "if p.shape in self")),
    ),
    "parameters of one shape share their moments": (EX11, "together", (("setdefault(p,", "setdefault(p.shape,"),)),
}  # fmt: skip


@pytest.mark.parametrize("what", KEPT)
def test_it_loses_what_it_is_wrong_about(grade: Grade, solutions: dict[str, bytes], what: str) -> None:
    exercise, concept, edits = KEPT[what]
    source = solutions[f"{exercise}.py"].decode()
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    report = grade({f"{exercise}.py": source}, exercise, search=False)
    assert {one.id for _, one in report.concepts() if one.status != "passed"} == {concept}
