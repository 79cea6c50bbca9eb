"""Players of scalar programs: operations on the student's engine (ex02), the student's walk on our nodes (ex03)."""

from __future__ import annotations

from graders.players import loading

__getattr__ = loading(
    {
        "scalar_ops": ("operation", "numbers", "exponents", "engine_style"),
        "scalar_walk": ("backward", "fresh_root", "chain", "order", "work", "walk_style"),
    }
)
