"""Text that a student controls, on its way to a terminal, a spreadsheet and a file name."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graders.submission import digest, safe_name
from graders.text import csv_cell, plain

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Zoë 王 😀", "Zoë 王 😀"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u202egrade", "\\u202egrade"),
        ("\u2066\u200b\ufeff", "\\u2066\\u200b\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u00a0b", "a\\xa0b"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_line_ends_may_stay() -> None:
    assert plain("a\r\nb\n\tc\rd\x1b", newlines=True) == "a\nb\n\tc\\rd\\x1b"


@given(ANY_TEXT, st.booleans(), st.none() | st.integers(1, 30))
def test_the_result_can_always_be_shown(text: str, newlines: bool, limit: int | None) -> None:
    shown = plain(text, newlines=newlines, limit=limit)
    shown.encode()
    assert (shown.replace("\n", "").replace("\t", "") if newlines else shown).isprintable()
    assert limit is None or len(shown) <= limit
    assert plain(shown, newlines=newlines) == shown


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", " =1", "\uff1dcmd", "=\x1b"])
def test_formulas_get_a_quote(start: str) -> None:
    assert csv_cell(start).startswith("'")


@given(ANY_TEXT)
@example("=cmd|' /C calc'!A0")
def test_no_cell_is_a_formula(text: str) -> None:
    cell = csv_cell(text)
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell])
    assert next(csv.reader(io.StringIO(buffer.getvalue()))) == [cell]
    assert cell.lstrip()[:1] not in set("=+-@\t\r\n＝＋－＠") and cell.isprintable()


def test_harmless_cells_stay() -> None:
    assert [csv_cell(text) for text in ("alice", "", "a=b", "3.5")] == ["alice", "", "a=b", "3.5"]


@pytest.mark.parametrize("student_id", ["alice", "a1", "alice.smith", "x_y-z", "007"])
def test_plain_ids_keep_their_name(student_id: str) -> None:
    assert safe_name(student_id) == student_id


@given(ANY_TEXT)
@example("../../x")
@example("con")
@example("nul.txt")
@example("a.")
@example("x-0123456789ab")
def test_safe_names_are_file_names_everywhere(student_id: str) -> None:
    name = safe_name(student_id)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,60}", name) and not name.endswith(".") and ".." not in name
    assert name.split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.lists(ANY_TEXT | st.text("aA-._ 0", max_size=4), unique=True, max_size=8))
@example(["Alice", "alice", safe_name("Alice")])
def test_different_ids_have_different_safe_names(ids: list[str]) -> None:
    assert len({safe_name(one).casefold() for one in ids}) == len(ids)


def test_the_digest_depends_on_names_contents_and_borders() -> None:
    variants = [{}, {"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"b\0"}, {"a": b"", "b": b""}]
    assert len({digest(one) for one in variants}) == len(variants)
    assert digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})
