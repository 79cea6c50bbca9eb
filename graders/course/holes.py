"""The functions and methods that each stub leaves to the student, constructors aside: these may be empty.

A test holds this against the stubs. They are not read when something is graded: a student's folder holds them filled
in, a machine of a cluster holds none, and the verdict on an empty function is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from graders.cases.notation import INFIX
from graders.cases.ops import SCALAR
from graders.cases.tensor_ops import ARITHMETIC, TENSOR

_OF_VALUE = {op.method for op in SCALAR.values()} | {INFIX[op].reflected for op in SCALAR if op in INFIX}
_OF_TENSOR = {op.method for op in TENSOR.values()} | {INFIX[op].reflected for op in (*ARITHMETIC, "matmul")}

HOLES: Mapping[str, frozenset[str]] = {
    "ex01_finite_differences": frozenset({"central_difference", "numerical_gradient", "descend"}),
    "ex02_closures": frozenset(_OF_VALUE),
    "ex03_backward": frozenset({"topological_order", "backward"}),
    "ex04_tensor_closures": frozenset(_OF_TENSOR | {"unbroadcast"}),
    "ex05_losses": frozenset({"l1_loss", "mse_loss", "cross_entropy"}),
    "ex06_graph_walkers": frozenset({"walk", "unique_nodes", "edges", "leaves", "format_graph"}),
    "ex07_connection": frozenset({"reached_parameters", "connection", "stepped", "isolated"}),
    "ex08_zero_grad": frozenset({"zero_grad", "accumulate"}),
    "ex09_sgd": frozenset({"step", "zero_grad"}),
    "ex10_sgd_momentum": frozenset({"step"}),
    "ex11_adaptive": frozenset({"step"}),
    "ex12_training_loop": frozenset(
        {"train_step", "fit", "train_step_in_chunks", "shared_parameter", "engine_step", "fit_cubic"}
    ),
}
"""File stem to names."""
