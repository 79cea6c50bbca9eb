"""Banks: the fixed list of cases of each check, with torch's truth and the answers of the wrong ideas, and their file.

A file of banks stands behind a digest of its bytes, so that a damaged one is noticed and made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgpack

from graders import exchange
from graders.cases import Case, decode
from graders.observation import Observation
from graders.spec import BankSpec, ExerciseSpec

_MAGIC = b"leafgrad/bank/v1\n"


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
    _cases: dict[int, Case] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.wires)

    @cached_property
    def packed(self) -> bytes:
        """The cases as the block that is sent to every worker."""
        kind, play = self.spec.kind, self.spec.play
        wires = self.wires
        if not exchange.plainly_sent(kind, play):
            wires = [exchange.sent(kind, play, self.case(index)) for index in range(len(self))]
        block: bytes = msgpack.packb(wires, use_bin_type=True)
        return block

    def case(self, index: int) -> Case:
        """Return one case as a value."""
        if index not in self._cases:  # every student's answers are completed with it
            self._cases[index] = decode(self.spec.kind, self.wires[index])
        return self._cases[index]


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
        [name, [[seen.status, list(seen.fields), seen.error, seen.text] for seen in answers]]
        for name, answers in wrong.items()
    ]


def _unpack_wrong(packed: Iterable[Any]) -> dict[str, list[Observation]]:
    return {name: [Observation(*answer) for answer in answers] for name, answers in packed}
