"""Where attacks take place: a sandbox in one mode, canaries to protect, and an honest one to grade after them."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pools import Pool, WalledPool
from small import SmallStore

from graders.banks.bank import Bank
from graders.banks.generate import build_bank
from graders.course.course import load_course
from graders.grading.executors.plan import Plan
from graders.grading.grade import Files, Grader
from graders.judging.replay import Replay, setup_of
from graders.observation import Observation
from graders.report import Report
from graders.sandbox.client import Limits, Sandbox, Worker
from graders.sandbox.opening import open_sandbox
from graders.spec import load_spec

HOUSE = Path(__file__).resolve().parents[2]
HOME = "ex02_closures"
_FUTURE = b"from __future__ import annotations\n"
HONEST = (HOUSE / "solutions" / f"{HOME}.py").read_bytes().replace(_FUTURE, b"")
"""The solution, freed of the line that must stand first, so that hostile lines can be put in front."""
LIMITS = Limits(wall=1.0, load=1.5, memory=256, output=64)
MOST_GROWTH = 50 << 20
"""Bytes that the grader may keep after one attack; what it loads when it first meets an exercise takes about 20 MB."""

PRELUDE = """
import json as _json, os as _os, sys as _sys
def tell(**facts):
    for name, value in facts.items():
        _os.write(1, (_json.dumps({name: value}) + "\\n").encode())
def attempt(action, *arguments):
    try:
        got = action(*arguments)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:160]
    return ["GOT", repr(got)[:80]]
def native(name, *arguments):
    import ctypes
    numbers = {"x86_64": 0, "aarch64": 1}[_os.uname().machine]
    table = {"ptrace": (101, 117), "process_vm_writev": (311, 271), "process_vm_readv": (310, 270),
             "tgkill": (234, 131), "tkill": (200, 130),
             "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "chroot": (161, 51),
             "io_uring_setup": (425, 425), "bpf": (321, 280), "keyctl": (250, 219), "add_key": (248, 217),
             "userfaultfd": (323, 282), "perf_event_open": (298, 241), "memfd_create": (319, 279), "shmget": (29, 194),
             "pidfd_open": (434, 434), "seccomp": (317, 277), "prctl": (157, 167), "setuid": (105, 146)}
    library = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    if library.syscall(ctypes.c_long(table[name][numbers]), *words) == -1:
        code = ctypes.get_errno()
        raise OSError(code, _os.strerror(code))
    return 0
"""


class NotStopped(AssertionError):
    """An attack got what it wanted."""


@dataclass
class Outcome:
    """What became of one hostile submission."""

    seen: Observation
    said: dict[str, Any]
    output: bytes
    notes: Mapping[str, int]
    seconds: float


@dataclass
class Store:
    """A few small banks, built once."""

    key: str = "attacks"
    concept: str = "mul"
    cases: int = 6
    key_id: str = "attacks"
    nameless: Callable[[str], bool] = lambda exercise: False
    cases_digest: Callable[[str], str] = lambda exercise: "few"
    made: dict[str, Bank] = field(default_factory=dict)

    def banks(self, exercise: str) -> dict[str, Bank]:
        if not self.made:
            spec = load_spec(exercise)
            for check in spec.concept(self.concept).checks:
                self.made[check.bank.id] = build_bank(spec, check.bank, self.key, self.cases)
        return self.made


class Arena:
    """One isolation mode with everything that an attack may want to get at.

    Args:
        mode: `"jail"`, `"base"` or `"portable"`.
        landlock: Version of Landlock to be content with, None for the kernel's.
        store: Banks, to be shared between arenas.
        flavour: Of the workers that meet hostile files, where an attack does not ask for one.
        banks: Folder of the banks that whole exercises are graded with; None for a new one.
    """

    def __init__(
        self,
        mode: str,
        landlock: int | None = None,
        store: Store | None = None,
        flavour: str = "python",
        banks: Path | None = None,
    ) -> None:
        self.mode = mode
        self.flavour = flavour
        self.landlock = landlock
        self.store = store or Store()
        self.folder = Path(tempfile.mkdtemp(prefix="leafgrad-attacks-"))
        self.folder.chmod(0o755)
        self.course = load_course(HOUSE / "course.yml")
        limits = {"wall": LIMITS.wall, "memory": LIMITS.memory, "exercise": 10.0, "submission": 15.0, "answers": 32}
        self.course = self.course.model_copy(update={"limits": self.course.limits.model_copy(update=limits)})
        self.small = SmallStore(self.course, banks or self.folder)
        self.pool = WalledPool(self.course, mode, landlock)
        self._sandboxes: dict[str, Sandbox] = {}
        self._resident = 0
        if find_spec("nbgrader"):  # what is imported while a row runs would count as growth of the grader
            import_module("nbgrader.api")

    def sandbox(self, flavour: str = "python") -> Sandbox:
        if flavour not in self._sandboxes:
            self._sandboxes[flavour] = open_sandbox(flavour, LIMITS, self.mode, self.landlock)
        return self._sandboxes[flavour]

    def needed(self, only: Iterable[str]) -> list[str]:
        """Return the exercises that grading these exercises or concepts takes."""
        return Plan(self.course, self.small, list(only)).exercises()

    def close(self) -> None:
        self.pool.close()
        for sandbox in self._sandboxes.values():
            sandbox.close()
        shutil.rmtree(self.folder)

    def secret(self, name: str, text: str = "canary", mode: int = 0o644) -> Path:
        """Return a file that everybody could read, were there no walls."""
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def run(
        self,
        code: str | bytes,
        flavour: str = "",
        limits: Limits = LIMITS,
        after: Callable[[Worker], object] | None = None,
        **names: object,
    ) -> Outcome:
        """Load a hostile file in a fresh worker, kill it, and return what it said.

        Args:
            code: Its source; text gets the helpers of `PRELUDE` in front.
            flavour: Of the worker, when it is not the arena's.
            limits: For the clock.
            after: Called with the worker after the load.
            names: Values that the source finds under these names.
        """
        given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        source = code if isinstance(code, bytes) else (PRELUDE + given + code).encode()
        channel = self.sandbox(flavour or self.flavour).channel()
        worker = Worker(channel, limits)
        begun = time.monotonic()
        seen = worker.load(HOME, {HOME: source})
        if after and worker.alive:
            after(worker)
        seconds = time.monotonic() - begun
        worker.kill()
        if isinstance(code, str):
            expect(seen.error not in ("SyntaxError", "NameError"), f"the attack itself is broken: {seen.says()}")
        return Outcome(seen, _facts(worker.output()), worker.output(), worker.notes(), seconds)

    def grade(self, source: bytes, store: Store | None = None, future: bytes = _FUTURE) -> Report:
        """Return the report on a submission of one file, for the concept of the store's banks."""
        store = store or self.store
        grader = Grader(self.course, store, Pool(self.sandbox, self.mode))  # type: ignore[arg-type]
        return grader.grade(Files({f"{HOME}.py": future + source}), [f"{HOME}.{store.concept}"])

    def observe(self, source: bytes, bank: Bank) -> list[Observation]:
        """Return what every case of a bank shows on a submission."""
        replay = Replay(self.sandbox, LIMITS, HOME, {f"{HOME}.py": _FUTURE + source}, setup_of(load_spec(HOME)))
        try:
            return replay.observe(bank)
        finally:
            replay.renew()

    def honest(self) -> None:
        """Check that an honest submission still earns everything and that the grader has not grown."""
        report = self.grade(HONEST)
        if report.score != report.max_score or report.max_score <= 0:
            raise NotStopped(f"an honest submission earned {report.score} of {report.max_score} afterwards")
        before, self._resident = self._resident, max(self._resident, _resident())
        if before and self._resident - before > MOST_GROWTH:
            raise NotStopped(f"the grader has grown by {(self._resident - before) >> 20} MB")

    @property
    def walled(self) -> bool:
        return self.mode != "portable"


@contextmanager
def canary_process() -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that attacks may try to harm; nobody else's is ever aimed at."""
    with subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"]) as process:
        try:
            yield process
            if process.poll() is not None:
                raise NotStopped("the canary process was ended")
        finally:
            process.kill()


def stopped(answer: object, expected: str = "") -> str:
    """Return which wall stopped an attempt, judged by its error; `NotStopped` when it got through."""
    if not isinstance(answer, str):
        raise NotStopped(f"the attempt went through: {answer}")
    if expected and expected not in answer:
        raise NotStopped(f"stopped otherwise than expected ({expected}): {answer}")
    for sign, wall in _SIGNS:
        if sign in answer:
            return wall
    return answer.partition(":")[0]


_SIGNS = (
    ("FileNotFoundError", "private root"),
    ("Errno 13", "Landlock"),
    ("Errno 30", "private root"),
    ("Errno 1]", "seccomp"),
    ("Errno 11", "seccomp"),
    ("Errno 38", "seccomp"),
    ("start new thread", "seccomp"),
    ("Errno 24", "rlimit"),
    ("Errno 27", "rlimit"),
    ("MemoryError", "rlimit"),
    ("not allowed to raise", "rlimit"),
    ("exceeds maximum limit", "rlimit"),
    ("ModuleNotFoundError", "not on the path"),
    ("gaierror", "seccomp"),
)


def walls(*answers: object) -> str:
    """Return the walls that stopped several attempts, each once."""
    return ", ".join(dict.fromkeys(stopped(answer) for answer in answers))


def expect(condition: bool, what: str) -> None:
    """Raise `NotStopped` unless a condition holds."""
    if not condition:
        raise NotStopped(what)


def _facts(output: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for line in output.splitlines():
        try:
            facts.update(json.loads(line))
        except (ValueError, TypeError):
            continue
    return facts


def _resident() -> int:
    """Return the memory of this process in bytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()
