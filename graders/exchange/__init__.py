"""What passes between grader and worker besides the plain case.

A worker must not hold what answers a concept. Numbers that a player needs and that the student is to work out travel
with the case (`sent`); answers that must be compared with such numbers are completed in the grader (`received`).

A kind of case that needs this has a module here, with the file name it has in `cases`, `strategies`, `oracles` and
`players`. It offers three tables, play to function, the first of which may be missing:

    KEPT      `case -> wire form` with what completing needs, for the bank; it never reaches a worker
    SENT      `case -> wire form`, which `cases/<kind>.py` decodes as it does the plain one
    RECEIVED  `(case, fields) -> fields`; fields that have another form than expected are returned as they came
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from graders.cases import Case
from graders.observation import Observation

_KINDS = frozenset({"scalar", "tensor"})


def kept(kind: str, play: str, case: Case) -> Any:
    """Return the wire form that a bank keeps of a case."""
    make = _table(kind, "KEPT").get(play)
    return case.wire() if make is None else make(case)


def sent(kind: str, play: str, case: Case) -> Any:
    """Return the wire form in which a worker gets a case."""
    make = _table(kind, "SENT").get(play)
    return case.wire() if make is None else make(case)


def plainly_sent(kind: str, play: str) -> bool:
    """Return whether workers get the cases of a play as they are."""
    return play not in _table(kind, "SENT")


def received(kind: str, play: str, case: Callable[[int], Case], seen: Sequence[Observation]) -> list[Observation]:
    """Return the observations of some cases as they are compared.

    Args:
        kind: Kind of the cases.
        play: Name of the player.
        case: Returns the case of an observation by its position.
        seen: What the worker sent.
    """
    complete = _table(kind, "RECEIVED").get(play)
    if complete is None:
        return list(seen)
    return [replace(one, fields=complete(case(position), one.fields)) for position, one in enumerate(seen)]


def _table(kind: str, name: str) -> Mapping[str, Callable[..., Any]]:
    if kind not in _KINDS:
        return {}
    table: Mapping[str, Callable[..., Any]] = getattr(import_module(f"graders.exchange.{kind}"), name, {})
    return table
