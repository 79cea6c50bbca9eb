"""What exercises on torch do without (`ExerciseSpec.avoids`, `ExerciseSpec.stays`), where several have it in common."""

from __future__ import annotations

WALKERS = (
    "torch.autograd.graph._register_logging_hooks_on_whole_graph",
    "torch._functorch._aot_autograd.logging_utils",
    "torch.distributed.pipelining",
)
"""Where torch walks its own graph."""

OPTIMIZERS = (
    "torch.optim",
    "torch.distributed.optim",
    "torch._fused_sgd_",
    "torch._fused_adam_",
    "torch._fused_adamw_",
    "torch._fused_adagrad_",
)
"""Where torch makes a step. Its operations on lists, such as `torch._foreach_add_`, make none by themselves."""

BASE_CLASS = ("torch.optim.Optimizer",)
"""Keeps parameters in groups and clears their gradients; its step is the subclass's."""
