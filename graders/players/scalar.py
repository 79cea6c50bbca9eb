"""Players of scalar programs: operations on the student's engine (ex02), the student's walk on our nodes (ex03)."""

from __future__ import annotations

from graders.players.scalar_ops import exponents, numbers, operation
from graders.players.scalar_walk import backward, chain, fresh_root, order, work

__all__ = ["backward", "chain", "exponents", "fresh_root", "numbers", "operation", "order", "work"]
