"""Strategies of scalar programs: single operations for ex02, graphs of several shapes for ex03."""

from __future__ import annotations

from graders.strategies.scalar_graphs import (
    diamonds,
    given_gradients,
    lines,
    same_graph_again,
    separate_graphs,
    trees,
    two_losses,
)
from graders.strategies.scalar_ops import operations, reused_operands, value_exponents, with_number

__all__ = [
    "diamonds",
    "given_gradients",
    "lines",
    "operations",
    "reused_operands",
    "same_graph_again",
    "separate_graphs",
    "trees",
    "two_losses",
    "value_exponents",
    "with_number",
]
