"""Banks of a few cases each, cut from those under the public key, and kept in a folder that every user may read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graders.banks.bank import Bank, read_banks, write_banks
from graders.banks.store import BankStore
from graders.course.course import Course
from graders.spec import load_spec

CASES = 8


class SmallStore(BankStore):
    """Gives few cases of each bank, the first and the last among them, without the answers of wrong ideas.

    Args:
        course: The course.
        small: Folder that keeps them; what is missing there is cut from the public banks, when this user has those.
    """

    def __init__(self, course: Course, small: Path) -> None:
        super().__init__(course)
        self._small = small

    def prepare(self, exercises: Iterable[str]) -> None:
        """Have the banks of some exercises in memory."""
        for exercise in exercises:
            if exercise not in self._loaded:
                path = self._small / f"{exercise}.bank"
                if not path.exists():
                    write_banks(
                        path, {name: _cut(bank) for name, bank in BankStore(self.course).banks(exercise).items()}
                    )
                    path.chmod(0o644)
                self.adopt(exercise, read_banks(path, load_spec(exercise)) or {})


def _cut(bank: Bank) -> Bank:
    last = len(bank) - 1
    places = sorted({round(n * last / (CASES - 1)) for n in range(CASES)})
    return Bank(bank.spec, [bank.wires[place] for place in places], [bank.expected[place] for place in places])
