"""The way in: a sandbox of the highest level that the machine offers, or of the one that is asked for."""

from __future__ import annotations

from contextlib import suppress

from graders.errors import EnvironmentTrouble
from graders.sandbox.client import Limits, Sandbox
from graders.sandbox.levels import LEVELS
from graders.sandbox.probe import probe
from graders.sandbox.spawn_client import PortableSandbox

_QUICK = ("python", "numpy")
"""Flavours that start faster than a probe: these just try. The others would import torch for nothing."""


def open_sandbox(
    flavour: str, limits: Limits | None = None, mode: str | None = None, landlock: int | None = None
) -> Sandbox:
    """Return a sandbox; close it when done, or use it in a `with` statement.

    Args:
        flavour: `"python"`, `"numpy"` or `"torch"`: what the student's code may import besides the standard library.
        limits: Of every worker.
        mode: `"jail"`, `"base"` or `"portable"`; None for the highest that holds here. Given by tests and by users
            who insist.
        landlock: Use only what this version of Landlock has, for tests; None for what the kernel offers.

    Raises:
        WallsMissing: the machine does not allow `mode`.
        ValueError: there is no such flavour or mode.
    """
    if mode is not None and mode not in LEVELS:
        raise ValueError(f"mode {mode!r} is not one of {', '.join(LEVELS)}")
    limits = limits or Limits()
    if mode is None and flavour in _QUICK:
        for level in LEVELS[:-1]:
            with suppress(ImportError, AttributeError, OSError, EnvironmentTrouble):
                return _walled(flavour, limits, level, landlock)
        mode = "portable"
    mode = mode or probe().level
    return PortableSandbox(flavour, limits) if mode == "portable" else _walled(flavour, limits, mode, landlock)


def _walled(flavour: str, limits: Limits, mode: str, landlock: int | None) -> Sandbox:
    from graders.sandbox.fork_client import JailedSandbox  # not importable where there is no fork

    return JailedSandbox(flavour, limits, mode, landlock)
