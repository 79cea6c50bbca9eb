"""One exercise of one submission, replayed: a worker is opened when it is needed and replaced when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from graders import exchange
from graders.banks.bank import Bank
from graders.cases import decode
from graders.course.holes import HOLES
from graders.observation import MEMORY, PROCESS_ENDED, TIMEOUT, Observation
from graders.sandbox.client import Block, Limits, Sandbox, Setup, Worker, pack_cases
from graders.sandbox.clock import Allowance, Spent
from graders.spec import BankSpec, ExerciseSpec

_MOST_ENDS = 3
"""Workers that one bank may use up before the rest of its cases are left unseen."""

_NEW_WORKER = 0.1
"""Seconds that an allowance pays for each worker after the first."""

_CELL = b"# %% cell "
"""How the source of a notebook begins."""

_MOST_REFUSED = 5
"""Statements of a notebook that may each end a worker before the notebook counts as one that cannot be loaded."""


@dataclass
class Replay:
    """Conversation with the student's code of one exercise.

    Args:
        sandbox: Gives the sandbox that workers come from; asked when the first is needed.
        limits: Of each worker.
        home: File stem of the exercise.
        files: File name to source of the whole submission.
        setup: What each worker prepares.
        allowance: What all workers may use together.
        blocked: Names of the blocked system calls that the student's code made, once their worker has ended.
    """

    sandbox: Callable[[], Sandbox]
    limits: Limits
    home: str
    files: Mapping[str, bytes]
    setup: Setup = field(default_factory=Setup)
    allowance: Allowance = field(default_factory=Allowance)
    loaded: Observation | None = None
    printed: bytes = b""
    blocked: set[str] = field(default_factory=set)
    _worker: Worker | None = None
    _careful: bool = False
    _refused: dict[int, str] = field(default_factory=dict)

    def observe(self, bank: Bank) -> list[Observation]:
        """Return what every case of a bank shows; shorter than the bank when its cases kept ending the worker."""
        return self.observe_all([bank])[0]

    def observe_all(self, banks: Sequence[Bank]) -> list[list[Observation]]:
        """Return what `observe` does for each of several banks, in one conversation while all goes well.

        Raises:
            Spent: the allowance does not last.
        """
        seen: list[list[Observation]] = [[] for _ in banks]
        blocks = [Block(bank.spec.kind, bank.spec.play, bank.packed, len(bank), bank.spec.wall) for bank in banks]
        at = ends = 0
        while at < len(banks):
            worker = self.ready()
            if worker is None:
                assert self.loaded is not None
                unseen = replace(self.loaded, fields=[])
                return seen[:at] + [[unseen] * len(bank) for bank in banks[at:]]
            answers = worker.replay_blocks(blocks[at:], len(seen[at]), self._careful)
            if not (worker.alive or self._careful):
                del answers[-1]  # which case it was is not known yet: it is asked for once more, every answer at once
            reached = _share_out(answers, banks, seen, at)
            at, ends = reached, (ends if reached == at else 0)
            if not worker.alive and self._careful:
                ends = _MOST_ENDS if answers[-1].status == TIMEOUT else ends + 1
            self._careful = self._careful or not worker.alive
            if at < len(banks) and (len(seen[at]) == len(banks[at]) or ends >= _MOST_ENDS):
                at, ends = at + 1, 0
        return [
            exchange.received(bank.spec.kind, bank.spec.play, bank.case, answers)
            for bank, answers in zip(banks, seen, strict=True)
        ]

    def probe(self, spec: BankSpec, wires: list[Any]) -> list[Observation]:
        """Return what some cases outside the bank show, as far as the worker lives.

        Raises:
            Spent: the allowance does not last.
        """
        worker = self.ready()
        if worker is None:
            return []
        cases = [decode(spec.kind, wire) for wire in wires]
        block = pack_cases([exchange.sent(spec.kind, spec.play, case) for case in cases])
        seen = worker.replay(spec.kind, spec.play, block, len(wires), 0, spec.wall)
        return exchange.received(spec.kind, spec.play, cases.__getitem__, seen)

    def renew(self) -> None:
        """End the worker, so that the next case runs in a fresh one."""
        if self._worker is not None:
            self._worker.kill()
            self.printed = self.printed or self._worker.output()
            self.blocked |= self._worker.notes().keys()
            self._worker = None

    @contextmanager
    def within(self, allowance: Allowance) -> Iterator[None]:
        """Let another allowance pay for a while."""
        usual, self.allowance = self.allowance, allowance
        try:
            yield
        finally:
            self.allowance = usual

    def ready(self) -> Worker | None:
        """Return a worker that has loaded the student's file, None when the file cannot be loaded."""
        if self._worker is not None and self._worker.alive:
            self._worker.pay_with(self.allowance)
            return self._worker
        if self.loaded is not None and self.loaded.status != "ok":
            return None
        if self.loaded is not None:
            self.allowance.use(_NEW_WORKER)
        self._worker = self._loaded({PurePath(name).stem: source for name, source in self.files.items()})
        assert self.loaded is not None
        return self._worker if self.loaded.status == "ok" else None

    def _loaded(self, sources: Mapping[str, bytes]) -> Worker:
        """Return a worker that has run the student's file, as far as it goes; `loaded` tells how that went.

        A statement of a notebook that ends its worker, or never ends, is left out, and the notebook is run again.
        """
        while True:
            self.renew()
            worker = self._worker = Worker(self.sandbox().channel(), self.limits, self.allowance)
            if not sources.get(self.home, b"").startswith(_CELL):
                self.loaded = worker.load(self.home, sources, self.setup)
                if self.loaded.status in PROCESS_ENDED or (self.loaded.status == MEMORY and not self.loaded.line):
                    self.loaded = replace(self.loaded, file=f"{self.home}.py", line=self._guilty_line(sources))
                return worker
            self.loaded, guilty = worker.load_notebook(self.home, sources, self.setup, self._refused)
            if guilty is None or guilty in self._refused or len(self._refused) >= _MOST_REFUSED:
                return worker
            slow = self.loaded.status == TIMEOUT
            self._refused[guilty] = f"it ran for more than {self.limits.wall:g} s" if slow else self.loaded.text
            self.allowance.use(_NEW_WORKER)

    def _guilty_line(self, sources: Mapping[str, bytes]) -> int:
        """Return the line of the outermost statement that ends a worker or never ends, 0 when there is none."""
        as_cell = {**sources, self.home: _CELL + b"1\n" + sources[self.home]}
        with suppress(Spent):
            worker = Worker(self.sandbox().channel(), self.limits, self.allowance)
            seen, guilty = worker.load_notebook(self.home, as_cell, self.setup, {})
            worker.kill()
            return 0 if guilty is None else seen.line
        return 0


def setup_of(spec: ExerciseSpec) -> Setup:
    """Return what a worker prepares for an exercise."""
    return Setup(spec.plays(), spec.supplies, spec.avoids, spec.stays, HOLES)


def _share_out(
    answers: Sequence[Observation], banks: Sequence[Bank], seen: Sequence[list[Observation]], at: int
) -> int:
    """Add answers to those of the banks from number `at` on; return the number of the bank that the last one is of."""
    begin = 0
    while begin < len(answers):
        missing = len(banks[at]) - len(seen[at])
        if not missing:
            at += 1
            continue
        seen[at].extend(answers[begin : begin + missing])
        begin += missing
    return at
