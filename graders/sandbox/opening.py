"""Choosing the strongest sandbox that this machine offers."""

from __future__ import annotations

from graders.sandbox.client import Limits, Sandbox
from graders.sandbox.portable import PortableSandbox


def open_sandbox(flavour: str, limits: Limits, mode: str | None = None) -> Sandbox:
    """Return a sandbox whose workers have `flavour` imported.

    Args:
        flavour: `"python"`, `"numpy"` or `"torch"`.
        limits: Of every worker.
        mode: `"portable"` or None for the best.
    """
    return PortableSandbox(flavour, limits)
