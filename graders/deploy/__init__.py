"""leafgrad where courses live: what `leafgrad deploy` writes for a platform, and what grades there.

bundle     what goes to every platform: wheels, the course without solutions, the prepared cases
gradescope, github, classroom50, colab     one file per platform: what is written for it
grading    grades one hand-in on a platform, and says which walls the machine lacks
on_*       what a platform starts; prints nothing of a student's
scripts/   files that are written as they are
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from graders.deploy.bundle import Order, begin
from graders.errors import UsageError
from graders.text import plain

TARGETS = ("gradescope", "github", "classroom50", "colab")


def target_named(name: str) -> str:
    """Return a target by its name.

    Raises:
        UsageError: there is no such target.
    """
    if name in TARGETS:
        return name
    close = difflib.get_close_matches(name.casefold(), TARGETS, n=1)
    did = f"Did you mean {close[0]}?" if close else f"There are {', '.join(TARGETS)}."
    raise UsageError(f"There is no target {plain(name, limit=60)!r}.", did)


def deploy(order: Order) -> list[str]:
    """Write what a platform needs into `order.folder`; return sentences on what to do with it.

    Raises:
        UsageError: there is no such target, or the folder holds something else.
        EnvironmentTrouble: the folder cannot be written.
    """
    write: Callable[[Order], list[str]] = import_module(f"graders.deploy.{target_named(order.target)}").write
    with begin(order):
        return write(order)


def script(name: str) -> bytes:
    """Return a file of `scripts/`."""
    return (Path(__file__).parent / "scripts" / name).read_bytes()
