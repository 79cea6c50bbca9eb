"""Wrong ideas about closures on arrays, made from the trusted engine by exchanging one rule."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from graders.players.tensor_reference import Tensor, unbroadcast


def reference() -> Any:
    """Return the right engine."""
    return SimpleNamespace(Tensor=Tensor, unbroadcast=unbroadcast)
