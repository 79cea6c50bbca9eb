"""What passes between grader and worker besides the plain tensor case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SENT: Mapping[str, Callable[..., Any]] = {}

RECEIVED: Mapping[str, Callable[..., Any]] = {}
