"""One exercise of one submission, replayed: a worker is opened when it is needed and replaced when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from graders.bank import Bank
from graders.observation import PROCESS_ENDED, TIMEOUT, Observation
from graders.sandbox.client import Limits, Sandbox, Worker, pack_cases
from graders.spec import BankSpec

_MOST_ENDS = 3
"""Workers that one bank may use up before the rest of its cases are left unseen."""


@dataclass
class Replay:
    """Conversation with the student's code of one exercise.

    Args:
        sandbox: Gives the sandbox that workers come from; asked when the first is needed.
        limits: Of each worker.
        home: File stem of the exercise.
        files: File name to source of the whole submission.
        supplies: File stem to a module of ours that stands in for the student's.
        blocked: Names of the blocked system calls that the student's code made, once their worker has ended.
    """

    sandbox: Callable[[], Sandbox]
    limits: Limits
    home: str
    files: Mapping[str, bytes]
    supplies: Mapping[str, str] = field(default_factory=dict)
    loaded: Observation | None = None
    printed: bytes = b""
    blocked: set[str] = field(default_factory=set)
    _worker: Worker | None = None

    def observe(self, bank: Bank) -> list[Observation]:
        """Return what every case of a bank shows; shorter than the bank when its cases kept ending the worker."""
        seen: list[Observation] = []
        ends = 0
        while len(seen) < len(bank) and ends < _MOST_ENDS:
            worker = self._ready()
            if worker is None:
                assert self.loaded is not None
                return [self.loaded] * len(bank)
            spec = bank.spec
            seen += worker.replay(spec.kind, spec.play, bank.packed, len(bank), len(seen), spec.wall)
            if seen[-1].status in PROCESS_ENDED or not worker.alive:
                ends = _MOST_ENDS if seen[-1].status == TIMEOUT else ends + 1
        return seen

    def probe(self, spec: BankSpec, wires: list[Any]) -> list[Observation]:
        """Return what some cases outside the bank show, as far as the worker lives."""
        worker = self._ready()
        if worker is None:
            return []
        return worker.replay(spec.kind, spec.play, pack_cases(wires), len(wires), 0, spec.wall)

    def renew(self) -> None:
        """End the worker, so that the next case runs in a fresh one."""
        if self._worker is not None:
            self._worker.kill()
            self.printed = self.printed or self._worker.output()
            self.blocked |= self._worker.notes().keys()
            self._worker = None

    def _ready(self) -> Worker | None:
        """Return a worker that has loaded the student's file, None when the file cannot be loaded."""
        if self._worker is not None and self._worker.alive:
            return self._worker
        if self.loaded is not None and self.loaded.status != "ok":
            return None
        self.renew()
        self._worker = Worker(self.sandbox().channel(), self.limits)
        sources = {PurePath(name).stem: source for name, source in self.files.items()}
        self.loaded = self._worker.load(self.home, sources, self.supplies)
        return self._worker if self.loaded.status == "ok" else None
