"""TABLE.md is of today, as far as can be known without attacking: `python tests/attacks/matrix.py` writes it anew."""

from __future__ import annotations

import os

import pytest
import runner  # noqa: F401  which imports every file of rows
from attack import ATTACKS, OPEN, SIGNAL, Attack
from handin import HAND_INS
from matrix import TABLE, modes, reach, table

TEXT = TABLE.read_text(encoding="utf-8")
LINES = [line[2:-2].split(" | ") for line in TEXT.partition("\n## ")[0].splitlines() if line.startswith("| ")]
COLUMNS = [cell.split("<br>") for cell in LINES[0][2:]]
ROWS = {int(number): (title, cells) for number, title, *cells in LINES[1:]}
NOT_STOPPED = (f"*{OPEN}*", f"*{SIGNAL}*")

HAND_INS_BY_ROW = {number: HAND_INS[name] for number, one in ATTACKS.items() if (name := one.test.__name__) in HAND_INS}
"""Rows that know what a hand-in and its twin earn in each mode."""


def test_the_head_and_what_stays_in_reach_are_of_today() -> None:
    assert TEXT.startswith(table({}).partition("| # |")[0])
    assert TEXT.endswith("\n".join(["", *reach()]) + "\n")


def test_the_columns_are_the_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert sorted(name for names in COLUMNS for name in names) == sorted(mode.name for mode in modes())


def test_every_attack_has_its_row_and_every_row_its_attack() -> None:
    assert {number: title for number, (title, _) in ROWS.items()} == {
        number: attack.title for number, attack in ATTACKS.items()
    }
    assert list(ROWS) == sorted(ROWS) == list(range(1, 120))
    assert len(HAND_INS) == 49


@pytest.mark.parametrize("number", sorted(ATTACKS))
def test_a_row_says_open_just_where_its_attack_does(number: int) -> None:
    for names, cell in zip(COLUMNS, ROWS[number][1], strict=True):
        levels = {name.split(", ")[1] for name in names}
        assert len(levels) == 1 and cell not in ("not run", "**NOT STOPPED**")
        assert cell
        assert (cell not in NOT_STOPPED) == _is_stopped(ATTACKS[number], *levels), (number, names, cell)
        assert cell != f"*{OPEN}*" or number in HAND_INS_BY_ROW or not _runs(ATTACKS[number], *levels)


def _runs(attack: Attack, level: str) -> bool:
    return level in attack.modes


def _is_stopped(attack: Attack, level: str) -> bool:
    """Return whether an attack declares that it is stopped at a level of isolation."""
    if attack.number not in HAND_INS_BY_ROW:
        return _runs(attack, level)
    most, usual = HAND_INS_BY_ROW[attack.number].expected(level)
    return _runs(attack, level) and most <= usual
