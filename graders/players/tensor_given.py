"""What `given_tensor` is in a worker: the engine that the exercise lends, under the names that failing cases import.

The kit's `given_tensor.py` stands beside the exercises. A student may leave a failing case in a file that is graded.
"""

from __future__ import annotations

from typing import Any

from numpy import asarray, full

from graders.players.tensor_engine import walk_back
from graders.players.tensor_reference import Tensor

__all__ = ["Tensor", "send_back"]


def send_back(out: Any, upstream: Any = 1.0) -> None:
    """Put `upstream` on `out.grad` and run the closures from there; what is no tensor sends nothing."""
    if hasattr(out, "_backward"):
        grad = asarray(upstream)
        walk_back(out, full(asarray(out.data).shape, grad.item()) if grad.size == 1 else grad)
