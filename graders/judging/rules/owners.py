"""Which concepts count it when what a case needs is missing: `case -> ids of concepts`."""

from __future__ import annotations

from collections.abc import Iterator

from graders.cases.tensor import Step, TensorProgram
from graders.cases.tensor_ops import TENSOR


def tensor_operations(case: TensorProgram) -> tuple[str, ...]:
    """Return the concepts of ex04 that are about a program: its operations, numbers, stretched operands."""
    named = [name for step in case.steps for name in _concepts(step, case)]
    if any(leaf.role == "number" for leaf in case.leaves):
        named.append("numbers")
    if len({leaf.array.shape for leaf in case.leaves}) > 1 and "matmul" not in {step.op for step in case.steps}:
        named.append("broadcasting")
    return tuple(dict.fromkeys(named))


def operations_in_a_dtype(case: TensorProgram) -> tuple[str, ...]:
    """Return the same, and `dtype` for programs in another one than float64."""
    other = any(leaf.array.dtype != "float64" for leaf in case.leaves)
    return (*tensor_operations(case), *(("dtype",) if other else ()))


def _concepts(step: Step, case: TensorProgram) -> Iterator[str]:
    if step.op == "matmul":
        ranks = [len(case.leaves[place].array.shape) for place in step.operands if place < len(case.leaves)]
        yield "matmul_1d" if 1 in ranks else "matmul_batched" if max(ranks, default=2) > 2 else "matmul_2d"
    else:
        yield from TENSOR[step.op].concepts or (step.op,)
    if dict(step.params).get("keepdim"):
        yield "keepdim"
