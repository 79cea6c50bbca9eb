"""Which walls hold on this machine: found out by putting them up and running into them, in a tenth of a second."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import lru_cache

from graders.errors import EnvironmentTrouble
from graders.sandbox.client import Limits
from graders.sandbox.levels import ADVICE, BASE, JAIL, MEANING

_PRIVATE_PYTHON = (
    "This Python lies in a private home: as root, workers run as another user, who can import only what is loaded "
    "beforehand. Use an interpreter that everybody may read."
)


@dataclass(frozen=True)
class Probed:
    """What the probe found.

    Attributes:
        level: `"jail"`, `"base"` or `"portable"`.
        walls: Names of the walls that held.
        refused: Level to the reason for which the machine does not reach it.
    """

    level: str
    walls: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]

    def explain(self) -> list[str]:
        """Return what the level means, why it is not a higher one, and how to raise it: one sentence or two each."""
        lines = [f"{self.level}: {MEANING[self.level]}."]
        lines += [f"{level} is not reached: {reason}." for level, reason in self.refused]
        if self.level == "base" and os.geteuid() == 0 and not _readable_to_all(os.path.dirname(os.__file__)):
            lines.append(_PRIVATE_PYTHON)
        return lines + ([ADVICE[self.level]] if ADVICE[self.level] else [])


@lru_cache(maxsize=1)
def probe() -> Probed:
    """Return the highest level that this machine reaches for this user, found by trying; asked once per process."""
    refused: list[tuple[str, str]] = []
    for level, needed in (("jail", JAIL), ("base", BASE)):
        try:
            walls = _attempt(level)
        except (ImportError, AttributeError, OSError, EnvironmentTrouble) as error:
            refused.append((level, _reason(error)))
            continue
        if needed <= set(walls):
            return Probed(level, walls, tuple(refused))
    return Probed("portable", (), tuple(refused))


def require_walls(allow_unsandboxed: bool) -> None:
    """Refuse to run other people's code on a machine without kernel walls, unless the instructor insists.

    Raises:
        EnvironmentTrouble: there are none, and the instructor does not.
    """
    if not allow_unsandboxed and probe().level == "portable":
        raise EnvironmentTrouble(
            "This machine has no kernel walls, so that other people's code could read and change your files.",
            "Run `leafgrad doctor` to see what is missing, or insist with --allow-unsandboxed.",
        )


def _reason(error: Exception) -> str:
    """Return why a level is not reached; a system without fork has neither the modules nor the names of POSIX."""
    if isinstance(error, (ImportError, AttributeError)) and error.name:
        return f"this system has no {error.name}"
    return str(error) or type(error).__name__


def _readable_to_all(path: str) -> bool:
    """Return whether any user may enter the directories down to `path`."""
    places = [os.path.realpath(path)]
    while places[-1] != os.sep:
        places.append(os.path.dirname(places[-1]))
    return all(os.stat(place).st_mode & stat.S_IXOTH for place in places)


def _attempt(level: str) -> tuple[str, ...]:
    from graders.sandbox.fork_client import JailedSandbox  # not importable where there is no fork

    with JailedSandbox("bare", Limits(), level) as sandbox:
        return tuple(sandbox.walls)
