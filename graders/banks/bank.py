"""Banks: the fixed list of cases of each check, with torch's truth and the answers of the wrong ideas, and their file.

A file of banks stands behind a digest of its bytes, so that a damaged one is noticed and made again. It also holds a
digest of the wrong ideas whose answers are in it: where those are known, an older file is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgpack

from graders import exchange
from graders.cases import Case, decode
from graders.files import write_whole
from graders.observation import Observation
from graders.spec import BankSpec, ExerciseSpec, Misconception

_MAGIC = b"leafgrad/bank/v2\n"


@dataclass
class Bank:
    """The cases of one bank with what they should give.

    Attributes:
        spec: How it was made.
        wires: Wire form of each case.
        expected: For each case, label to torch's value, walking from the loss.
        wrong: Each wrong idea to its answer for each case.
    """

    spec: BankSpec
    wires: list[Any]
    expected: list[dict[str, Any]]
    wrong: dict[Misconception, list[Observation]] = field(default_factory=dict)
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


def write_banks(path: Path, banks: Mapping[str, Bank], wrong: str = "") -> None:
    """Cache banks; a full or read-only disk costs the cache, not the grading.

    Args:
        path: Of the file.
        banks: The banks of one exercise.
        wrong: Digest of the wrong ideas whose answers they hold.
    """
    data = pack_banks(banks, wrong)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)


def pack_banks(banks: Mapping[str, Bank], wrong: str) -> bytes:
    """Return what a file of banks holds."""
    packed = [
        [name, bank.wires, [list(truth.items()) for truth in bank.expected], _pack_wrong(bank.wrong)]
        for name, bank in banks.items()
    ]
    body: bytes = msgpack.packb([wrong, packed], use_bin_type=True)
    return _MAGIC + hashlib.sha256(body).digest() + body


def read_banks(path: Path, spec: ExerciseSpec, wrong: str | None = None) -> dict[str, Bank] | None:
    """Return the banks in a file, None when there is none, it is damaged, or its wrong ideas are others.

    Args:
        path: Of the file; one that ends in `.xz` is compressed.
        spec: The exercise.
        wrong: Digest of the wrong ideas that they must know; None where nobody can tell.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".xz":
            data = lzma.decompress(data)
    except (OSError, lzma.LZMAError):
        return None
    begin = len(_MAGIC) + 32
    body = data[begin:]
    if not data.startswith(_MAGIC) or hashlib.sha256(body).digest() != data[len(_MAGIC) : begin]:
        return None
    specs = {bank.id: bank for bank in spec.banks()}
    known, packed = msgpack.unpackb(body, raw=False, strict_map_key=False)
    if wrong is not None and wrong != known:
        return None
    banks = {}
    for name, wires, expected, answers in packed:
        truths = [dict(map(tuple, pairs)) for pairs in expected]
        banks[name] = Bank(specs[name], wires, truths, _unpack_wrong(answers))
    return banks if banks.keys() == specs.keys() else None


def _pack_wrong(wrong: Mapping[Misconception, Iterable[Observation]]) -> list[Any]:
    return [
        [
            [idea.id, idea.sentence, idea.concepts, idea.given, idea.spares],
            [[seen.status, list(seen.fields), seen.error, seen.text] for seen in answers],
        ]
        for idea, answers in wrong.items()
    ]


def _unpack_wrong(packed: Iterable[Any]) -> dict[Misconception, list[Observation]]:
    return {
        Misconception(name, sentence, *map(tuple, concepts)): [Observation(*answer) for answer in answers]
        for (name, sentence, *concepts), answers in packed
    }
