"""Arrays as Python text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graders.cases.tensor_ops import listed


def array(value: Any) -> str:
    """Return an `Array` as a call of `np.array`."""
    dtype = "" if value.dtype in ("float64", "int64") else f", dtype=np.{value.dtype}"
    data = tuple(map(int, value.data)) if value.dtype == "int64" else value.data
    return f"np.array({listed(nested(value.shape, data))}{dtype})" + (
        f".reshape({value.shape!r})" if 0 in value.shape else ""
    )


def nested(shape: tuple[int, ...], data: Sequence[float]) -> Any:
    """Return flat values as nested tuples of that shape."""
    if not shape:
        return data[0]
    step = len(data) // shape[0] if shape[0] else 0
    return tuple(nested(shape[1:], data[n * step : (n + 1) * step]) for n in range(shape[0]))


def shown(label: str, value: str) -> str:
    """Return the print of an array, or of what stands in the place of one."""
    return f'print("{label}", np.asarray({value}).tolist())'
