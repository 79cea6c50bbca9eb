"""Banks: the fixed list of cases of each check, with torch's truth and the answers of the wrong ideas.

A bank is drawn once by Hypothesis under a key, hand-picked cases first, then the drawn ones from simple to large. It is
cached on disk under a fingerprint of everything that decides its content (the declarations, the code of the rooms that
make it, the versions of torch and hypothesis, the number of cases, the key), so a stale bank is never found, and behind
a digest of its bytes, so a damaged one is rebuilt.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgpack
import platformdirs

from graders import __version__, observation
from graders.building import Order, Progress, build_all
from graders.cases import Case, decode
from graders.compare import Tolerance, agree
from graders.course import Course
from graders.errors import EnvironmentTrouble
from graders.fingerprint import code_fingerprint
from graders.observation import Observation
from graders.players.seen import Seen
from graders.players.subject import Absent, Fixed
from graders.spec import BankSpec, ExerciseSpec, load_spec

_MAGIC = b"leafgrad/bank/v1\n"
_ROUNDS = 4


class BankError(Exception):
    """A bank cannot be made; this is a fault of the course, never of a student."""


@dataclass
class Bank:
    """The cases of one bank with what they should give.

    Attributes:
        spec: How it was made.
        wires: Wire form of each case.
        expected: For each case, label to torch's value, walking from the loss.
        wrong: Misconception id to its answer for each case.
    """

    spec: BankSpec
    wires: list[Any]
    expected: list[dict[str, Any]]
    wrong: dict[str, list[Observation]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.wires)

    @cached_property
    def packed(self) -> bytes:
        """The wire forms as the block that is sent to every worker."""
        block: bytes = msgpack.packb(self.wires, use_bin_type=True)
        return block

    def case(self, index: int) -> Case:
        """Return one case as a value."""
        return decode(self.spec.kind, self.wires[index])


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


def build(
    spec: ExerciseSpec,
    key: str,
    cases: int,
    tolerance: Tolerance,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Bank]:
    """Draw the banks of one exercise and compute torch's truth (imports hypothesis and torch).

    Args:
        spec: The exercise.
        key: Seed of everything that is drawn.
        cases: Cases to draw for each bank that does not say otherwise.
        tolerance: For proving references equal to torch.
        progress: Called with (banks done, banks in all).
    """
    specs = spec.banks()
    banks = {}
    for done, bank_spec in enumerate(specs):
        if progress:
            progress(done, len(specs))
        banks[bank_spec.id] = build_bank(spec, bank_spec, key, cases, tolerance)
    if progress:
        progress(len(specs), len(specs))
    return banks


def build_bank(
    exercise: ExerciseSpec,
    spec: BankSpec,
    key: str,
    cases: int,
    tolerance: Tolerance | None = None,
    predict: bool = True,
) -> Bank:
    """Return one bank: fixed cases, then up to `spec.cases or cases` drawn ones from simple to large.

    Args:
        exercise: The exercise that declares the bank.
        spec: The bank's declaration.
        key: Seed of what is drawn.
        cases: Number of cases to draw unless the declaration says otherwise.
        tolerance: For proving the reference equal to torch.
        predict: Whether to compute the answers of the wrong ideas as well.

    Raises:
        BankError: the strategy gives nothing, or the reference that stands in for torch disagrees with torch.
    """
    drawn = draw_cases(spec, seed(key, exercise.id, spec.id), spec.cases or cases) if spec.draw else []
    oracle = spec.oracle()
    fixed = set(spec.fixed)
    kept: list[Case] = []
    expected: list[dict[str, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in [*spec.fixed, *sorted((case for case in drawn if case not in fixed), key=lambda case: case.size())]:
            truth = oracle(case)
            if truth is not None:
                kept.append(case)
                expected.append(truth)
        if not kept:
            raise BankError(f"{exercise.id}: the bank {spec.id!r} is empty")
        bank = Bank(spec, [_plain(case.wire()) for case in kept], expected)
        if spec.reference:
            _agree_with_torch(exercise, bank, kept, tolerance or Tolerance())
        if spec.predict and predict:
            bank.wrong = _wrong_answers(exercise, spec, kept)
    return bank


def draw_cases(spec: BankSpec, seed_value: int, count: int) -> list[Case]:
    """Return up to `count` different cases drawn by Hypothesis, in the order drawn (imports hypothesis)."""
    keep_hypothesis_tidy()
    import hypothesis
    from hypothesis import HealthCheck, Phase

    strategy = spec.strategy()
    found: dict[Case, None] = {}
    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    for round_number in range(_ROUNDS):

        @hypothesis.seed(seed_value + round_number)
        @settings
        @hypothesis.given(strategy)
        def collect(case: Case) -> None:
            found.setdefault(case)

        collect()
        if len(found) >= count:
            break
    return list(found)[:count]


def cache_folder() -> Path:
    """Return the folder for what can be made again: `LEAFGRAD_CACHE`, else the user's cache."""
    return Path(os.environ.get("LEAFGRAD_CACHE") or platformdirs.user_cache_dir("leafgrad"))


def keep_hypothesis_tidy() -> None:
    """Have hypothesis keep its files in the cache and not in the student's folder; call it before the first import."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache_folder() / "hypothesis"))


def seed(key: str, exercise: str, bank: str) -> int:
    """Return the seed of one bank under a key."""
    return int.from_bytes(hashlib.sha256(f"{key}\0{exercise}\0{bank}".encode()).digest()[:8], "big")


def replay_in_process(spec: BankSpec, case: Case, home: str, implementation: Any) -> Observation:
    """Return the observation of a trusted implementation (never a student's) of one case."""
    seen = Seen()
    try:
        spec.player()(case, Fixed(home, implementation), seen)
    except Absent as error:
        return Observation(observation.ABSENT, seen, text=str(error))
    except Exception as error:  # a wrong idea may well crash: that is its answer
        return Observation(observation.RAISED, seen, type(error).__name__)
    return Observation(observation.OK, seen)


def _wrong_answers(exercise: ExerciseSpec, spec: BankSpec, cases: Sequence[Case]) -> dict[str, list[Observation]]:
    concerned = {concept.id for concept in exercise.concepts if any(check.bank is spec for check in concept.checks)}
    answers = {}
    for misconception in exercise.misconceptions:
        if concerned & set(misconception.concepts):
            wrong = misconception.implementation(exercise.id)
            answers[misconception.id] = [replay_in_process(spec, case, exercise.id, wrong) for case in cases]
    return answers


def _agree_with_torch(exercise: ExerciseSpec, bank: Bank, cases: Sequence[Case], tolerance: Tolerance) -> None:
    right = reference(exercise, bank.spec)
    for case, expected in zip(cases, bank.expected, strict=True):
        seen = replay_in_process(bank.spec, case, exercise.id, right)
        values = list(expected.values())
        if seen.status != observation.OK or not agree(list(seen.fields), values, tolerance):
            raise BankError(f"{exercise.id}: the reference and torch differ in bank {bank.spec.id!r} on {case!r}")


def reference(exercise: ExerciseSpec, spec: BankSpec) -> Any:
    """Return the trusted right implementation that a bank names, for truth without torch."""
    from importlib import import_module

    return getattr(import_module(f"graders.misconceptions.{exercise.id.split('_', 1)[0]}"), spec.reference)()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def write_banks(path: Path, banks: Mapping[str, Bank]) -> None:
    """Cache banks; a full or read-only disk costs the cache, not the grading."""
    body = msgpack.packb(
        [
            [name, bank.wires, [list(truth.items()) for truth in bank.expected], _pack_wrong(bank.wrong)]
            for name, bank in banks.items()
        ],
        use_bin_type=True,
    )
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".bank-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_MAGIC + hashlib.sha256(body).digest() + body)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink()
            raise


def read_banks(path: Path, spec: ExerciseSpec) -> dict[str, Bank] | None:
    """Return the cached banks, None when there are none or the file is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    begin = len(_MAGIC) + 32
    body = data[begin:]
    if not data.startswith(_MAGIC) or hashlib.sha256(body).digest() != data[len(_MAGIC) : begin]:
        return None
    specs = {bank.id: bank for bank in spec.banks()}
    banks = {}
    for name, wires, expected, wrong in msgpack.unpackb(body, raw=False, strict_map_key=False):
        truths = [dict(map(tuple, pairs)) for pairs in expected]
        banks[name] = Bank(specs[name], wires, truths, _unpack_wrong(wrong))
    return banks if banks.keys() == specs.keys() else None


def _pack_wrong(wrong: Mapping[str, Iterable[Observation]]) -> list[Any]:
    return [
        [name, [[seen.status, list(seen.fields), seen.error] for seen in answers]] for name, answers in wrong.items()
    ]


def _unpack_wrong(packed: Iterable[Any]) -> dict[str, list[Observation]]:
    return {name: [Observation(*answer) for answer in answers] for name, answers in packed}


def secret_key(course: Course) -> str | None:
    """Return the key for graded runs: `LEAFGRAD_KEY`, else the first line of `leafgrad.key` beside course.yml."""
    if from_environment := os.environ.get("LEAFGRAD_KEY"):
        return from_environment
    try:
        lines = (course.folder / "leafgrad.key").read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentTrouble(f"{course.folder / 'leafgrad.key'} cannot be read: {error}.") from None
    return lines[0].strip() or None
