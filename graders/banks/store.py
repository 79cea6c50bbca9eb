"""Where a grader finds its banks: in memory, on disk, or freshly drawn.

The file of an exercise's banks is named after a digest of everything that decides its cases (the declarations, the code
of the rooms that make it, the number of cases, the tolerances, the key), so a stale bank is never found. Files also
travel, compressed: those of the public key lie in a student's folder and in the installed package, so that a folder
without solutions knows the same cases and the same wrong ideas as the course. Those of a secret key go to machines that
grade without it: there the key's id stands in its place, with which banks are found and none can be drawn.
"""

from __future__ import annotations

import hashlib
import lzma
import os
from collections.abc import Iterable
from pathlib import Path

from graders.banks.bank import Bank, pack_banks, read_banks, write_banks
from graders.banks.cache import cache_folder
from graders.banks.fingerprint import code_fingerprint
from graders.banks.generate import build
from graders.banks.jobs import BankJob, Progress, build_all
from graders.banks.sizes import sizes_of
from graders.course.course import Course
from graders.course.extras import need_torch
from graders.course.keys import SEALED, sealed
from graders.course.own import own_digest, spec_of
from graders.course.wrong import digest_of_wrong, subjects
from graders.errors import EnvironmentTrouble
from graders.judging.compare import Tolerance

TRAVELLED = Path(".leafgrad", "banks")
"""Where the banks of the public key lie in a student's folder."""


class BankStore:
    """Gives the banks of a course's exercises under one key, from memory, from disk, or freshly built.

    Args:
        course: The course.
        key: Seed of everything that is drawn; the public one unless given. `sealed` gives what stands for it where
            banks are only read.
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
        self._solutions = course.folder / "solutions"
        self._travelled = (course.folder / TRAVELLED, Path(__file__).parents[1] / "public_banks")
        self._digests: dict[str, str] = {}
        self._wrongs: dict[str, str | None] = {}
        self._loaded: dict[str, dict[str, Bank]] = {}

    @property
    def key_id(self) -> str:
        """What a report may show of the key: `"public"`, or a digest that tells secret keys apart."""
        return "public" if self.key == self.course.public_key else sealed(self.key).removeprefix(SEALED)

    def banks(self, exercise: str) -> dict[str, Bank]:
        """Return the banks of an exercise by id, preparing them when that is needed."""
        if exercise not in self._loaded:
            self.prepare([exercise])
        return self._loaded[exercise]

    def prepare(self, exercises: Iterable[str]) -> None:
        """Have the banks of some exercises in memory: read from disk, or built by several processes at once.

        A disk that takes no files costs the cache: then the banks are built in this process.

        Raises:
            EnvironmentTrouble: they cannot be built, or only the id of their key is known here.
        """
        wanted = [exercise for exercise in exercises if exercise not in self._loaded]
        missing = [self._job(exercise) for exercise in wanted if not self._read(exercise)]
        if missing and self.key.startswith(SEALED):
            raise EnvironmentTrouble(
                f"The cases of {missing[0].exercise} under the key {self.key_id} are not here, or another leafgrad "
                "made them.",
                "Where the key is, run `leafgrad key seal` again.",
            )
        if missing:
            need_torch(f"{missing[0].exercise} has no prepared cases here. Drawing them")
        if missing and self._writable():
            build_all(missing, self.progress)
            missing = [job for job in missing if not self._read(job.exercise)]
        for job in missing:
            spec, tolerance = spec_of(self.course.folder, job.exercise), Tolerance(job.rtol, job.atol)
            ideas = subjects(self._solutions, spec)
            self._loaded[job.exercise] = build(spec, job.key, job.cases, tolerance, ideas=ideas)

    def _read(self, exercise: str) -> bool:
        """Have the banks of an exercise in memory if some file holds them; what travelled is put into the cache."""
        spec, path = spec_of(self.course.folder, exercise), self.path(exercise)
        for place in (path, *(folder / f"{path.name}.xz" for folder in self._travelled)):
            banks = read_banks(place, spec, self._wrong(exercise))
            if banks is not None:
                if place != path:
                    write_banks(path, banks, self._wrong(exercise) or "")
                self._loaded[exercise] = banks
                return True
        return False

    def _job(self, exercise: str) -> BankJob:
        defaults = self.course.defaults
        return BankJob(
            exercise,
            self.key,
            defaults.cases,
            defaults.rtol,
            defaults.atol,
            str(self.path(exercise)),
            str(self._solutions),
            self._wrong(exercise),
        )

    def _wrong(self, exercise: str) -> str | None:
        """Return the digest of the wrong ideas of an exercise, None where nobody knows them."""
        if exercise not in self._wrongs:
            concepts = self.course.exercise(exercise).concepts
            needed = {name.partition(".")[0] for concept in concepts for name in concept.requires} - {exercise}
            self._wrongs[exercise] = digest_of_wrong(self._solutions, [exercise, *sorted(needed)])
        return self._wrongs[exercise]

    def nameless(self, exercise: str) -> bool:
        """Return whether a folder without solutions had to draw cases of its own, which know no wrong ideas."""
        loaded = self._loaded.get(exercise)
        if not loaded or (self._solutions / f"{exercise}.py").is_file():
            return False
        return not any(bank.wrong for bank in loaded.values())

    def travelling(self, exercise: str) -> tuple[str, bytes]:
        """Return name and content of the file in which the banks of an exercise travel."""
        whole = pack_banks(self.banks(exercise), self._wrong(exercise) or "")
        return f"{self.path(exercise).name}.xz", lzma.compress(whole)

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
        """Return the file of the cache that holds the banks of an exercise, whether it exists or not."""
        return self.folder / f"{exercise}-{self.cases_digest(exercise)}.bank"

    def cases_digest(self, exercise: str) -> str:
        """Return the digest of everything that decides which cases an exercise has, and what is right for them.

        The versions of torch and Hypothesis are not in it: whoever has the file has the same cases as everybody.
        """
        if exercise not in self._digests:
            spec, defaults = spec_of(self.course.folder, exercise), self.course.defaults
            own = own_digest(self.course.folder, exercise)
            parts = [code_fingerprint(spec), sealed(self.key), exercise, *([own] if own else [])]
            parts += map(repr, (sizes_of(exercise), defaults.cases, defaults.rtol, defaults.atol))
            self._digests[exercise] = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
        return self._digests[exercise]

    def fingerprint(self, exercise: str) -> str:
        """Return the digest of everything that the banks of an exercise add to a report."""
        return f"{self.cases_digest(exercise)}-{self._wrong(exercise)}"
