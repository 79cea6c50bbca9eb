"""Imports that grading puts off until they are needed, made safe for several threads.

Hypothesis looks up numpy among the loaded modules while it draws: it must not find it half loaded by another thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from threading import Lock

from graders import exchange
from graders.course.own import spec_of
from graders.spec import BankSpec

_one_at_a_time = Lock()


def import_ahead(folder: Path, exercises: Iterable[str]) -> None:
    """Import all that grading some exercises of a course may need except torch; to be called before threads start."""
    for name in ("numpy", "hypothesis"):
        import_module(name)
    for exercise in exercises:
        for bank in spec_of(folder, exercise).banks():
            exchange.plainly_sent(bank.kind, bank.play)
            import_module(f"graders.cases.{bank.kind}")
            import_module(f"graders.strategies.{bank.kind}")
            if bank.reference:
                import_for_search(bank)


def import_for_search(bank: BankSpec) -> None:
    """Import all that computing expected values of new cases needs: torch, unless the bank has a reference."""
    with _one_at_a_time:
        import_module(f"graders.{'players' if bank.reference else 'oracles'}.{bank.kind}")
