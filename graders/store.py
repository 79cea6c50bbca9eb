"""Where a grader finds its banks: in memory, on disk, or freshly drawn.

The file of an exercise's banks is named after a fingerprint of everything that decides its content (the declarations,
the code of the rooms that make it, the versions of torch and hypothesis, the number of cases, the key), so a stale bank
is never found.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graders import __version__
from graders.bank import Bank, read_banks
from graders.building import Order, Progress, build_all
from graders.cache import cache_folder
from graders.compare import Tolerance
from graders.course import Course
from graders.drawing import build
from graders.fingerprint import code_fingerprint
from graders.spec import load_spec


class BankStore:
    """Gives the banks of a course's exercises under one key, from memory, from disk, or freshly built.

    Args:
        course: The course.
        key: Seed of everything that is drawn; the public one unless given.
        folder: Where banks are cached; None for the user's cache folder.
        progress: Called with (exercise id, banks done, banks in all) while banks are built.
    """

    def __init__(
        self,
        course: Course,
        key: str | None = None,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.course = course
        self.key = key or course.public_key
        self.folder = folder or cache_folder() / "banks"
        self.progress = progress
        self._loaded: dict[str, dict[str, Bank]] = {}

    @property
    def key_id(self) -> str:
        """What a report may show of the key: `"public"`, or a digest that tells secret keys apart."""
        if self.key == self.course.public_key:
            return "public"
        return hashlib.sha256(b"leafgrad key id\0" + self.key.encode()).hexdigest()[:12]

    def banks(self, exercise: str) -> dict[str, Bank]:
        """Return the banks of an exercise by id, preparing them when that is needed."""
        if exercise not in self._loaded:
            self.prepare([exercise])
        return self._loaded[exercise]

    def prepare(self, exercises: Iterable[str]) -> None:
        """Have the banks of some exercises in memory: read from disk, or built by several processes at once.

        A disk that takes no files costs the cache: then the banks are built in this process.

        Raises:
            EnvironmentTrouble: they cannot be built.
        """
        wanted = [exercise for exercise in exercises if exercise not in self._loaded]
        orders = [self._order(exercise) for exercise in wanted if not self._read(exercise)]
        if orders and self._writable():
            build_all(orders, self.progress)
            orders = [order for order in orders if not self._read(order.exercise)]
        for order in orders:
            spec, tolerance = load_spec(order.exercise), Tolerance(order.rtol, order.atol)
            self._loaded[order.exercise] = build(spec, order.key, order.cases, tolerance)

    def _read(self, exercise: str) -> bool:
        banks = read_banks(self.path(exercise), load_spec(exercise))
        if banks is not None:
            self._loaded[exercise] = banks
        return banks is not None

    def _order(self, exercise: str) -> Order:
        defaults = self.course.defaults
        return Order(exercise, self.key, defaults.cases, defaults.rtol, defaults.atol, str(self.path(exercise)))

    def _writable(self) -> bool:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.folder, os.W_OK)

    def adopt(self, exercise: str, banks: dict[str, Bank]) -> None:
        """Use banks that were built elsewhere."""
        self._loaded[exercise] = banks

    def cached(self, exercise: str) -> bool:
        """Return whether the banks of an exercise are on disk."""
        return exercise in self._loaded or self.path(exercise).is_file()

    def path(self, exercise: str) -> Path:
        """Return the file that holds the banks of an exercise, whether it exists or not."""
        return self.folder / f"{exercise}-{self.fingerprint(exercise)}.bank"

    def fingerprint(self, exercise: str) -> str:
        """Return the digest of everything that decides the content of an exercise's banks."""
        defaults = self.course.defaults
        spec = load_spec(exercise)
        parts = [__version__, code_fingerprint(spec), self.key, exercise, repr(spec), str(defaults.cases)]
        parts += [f"{name}={_version(name)}" for name in ("torch", "hypothesis", "numpy")]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
