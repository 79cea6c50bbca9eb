"""The rows of a failing case that a report shows."""

from __future__ import annotations

import math
from io import StringIO
from typing import Any

from rich.console import Console

from graders.judging.showing import Room, as_json
from graders.render.concept import counterexample
from graders.render.fragment import concept_html
from graders.render.rows import HERE, JUDGED, PARTED, STOPPED, chosen_rows, value_text
from graders.report import CheckResult, ConceptResult, Counterexample


def case(expected: dict[str, Any], actual: dict[str, Any], first: str) -> Counterexample:
    return Counterexample(snippet="", expected=expected, actual=actual, first_divergence=first)


def numbered(count: int, **changed: float) -> Counterexample:
    expected = {f"n{number}": float(number) for number in range(count)}
    return case(expected, expected | changed, next(iter(changed)))


def test_a_short_table_is_shown_whole() -> None:
    assert [row[0] for row in chosen_rows(numbered(6, n2=9.0))] == [f"n{number}" for number in range(6)]


def test_rows_that_differ_come_with_their_neighbours_and_the_others_are_counted() -> None:
    rows = chosen_rows(numbered(20, n10=1.5))
    assert [row[0] for row in rows] == ["9 rows agree", "n9", "n10", "n11", "8 more agree"]
    assert rows[2] == ("n10", "10.0", "1.5", PARTED) and sum(bool(row[3]) for row in rows) == 1
    assert len(chosen_rows(numbered(20, n10=1.5), whole=True)) == 20


def test_a_single_row_between_is_no_count() -> None:
    assert [row[0] for row in chosen_rows(numbered(8, n1=9.0, n5=9.0))] == [f"n{number}" for number in range(8)]


def test_many_rows_that_differ_are_counted_too() -> None:
    wrong = {f"n{number}": -1.0 for number in range(10, 30)}
    rows = chosen_rows(numbered(40, **wrong))
    assert [row[0] for row in rows][-1] == "24 more rows, 14 of them differ"
    assert len(rows) <= 9


def test_rows_that_were_never_reached_differ() -> None:
    rows = chosen_rows(case({"a": 1.0, "b": 2.0}, {"a": 1.0}, "b"))
    assert rows[1] == ("b", "2.0", "(never reached)", STOPPED)


def test_the_mark_is_true_where_a_row_before_differs() -> None:
    """A check may look at the leaves alone, and the first difference be above them."""
    rows = chosen_rows(case({"n1.grad": 2.0, "a.grad": 8.0}, {"n1.grad": 4.0, "a.grad": 4.0}, "a.grad"))
    assert [row[3] for row in rows] == [PARTED, JUDGED]


def test_numbers_within_the_tolerance_agree() -> None:
    found = numbered(20, n10=1.5)
    found.actual["n3"] = 3.0 * (1 + 1e-12)
    assert [row[0] for row in chosen_rows(found)][0] == "9 rows agree"


def test_tuples_are_shown_as_tuples() -> None:
    given = {"tuple": [1.0, {"tuple": []}, [2.0]]}
    assert value_text(as_json(given)) == "(1.0, (), [2.0])"
    assert value_text(as_json({"tuple": [1.0]})) == "(1.0,)"
    assert value_text(Room(2048).take([{"tuple": ["a", "b"]}])) == "[('a', 'b')]"
    rows = chosen_rows(case({"x": as_json([1.0, 2.0])}, {"x": as_json({"tuple": [1.0, 2.0]})}, "x"))
    assert rows == [("x", "[1.0, 2.0]", "(1.0, 2.0)", PARTED)]


def test_texts_in_lists_are_quoted_as_python_prints_them_and_nothing_else_is() -> None:
    assert value_text(["a, b", "c"]) == "['a, b', 'c']" and value_text("a") == "a"
    assert value_text(as_json([math.nan, {"odd": "Value", "repr": "Value(2.0)"}])) == "[nan, Value(2.0) (a Value)]"


def test_numbers_have_as_many_figures_as_tell_them_apart() -> None:
    assert chosen_rows(case({"x": 1 / 3}, {"x": 2 / 3}, "x"))[0][1:3] == ("0.333333", "0.666667")
    assert chosen_rows(case({"x": 1 / 3}, {"x": 1 / 3 + 1e-8}, "x"))[0][1:3] == ("0.3333333333", "0.3333333433")
    assert chosen_rows(case({"x": 0.0}, {"x": 1234.5678}, "x"))[0][1:3] == ("0.0", "1234.5678")


def test_nested_lists_break_between_their_rows_in_a_terminal() -> None:
    told = StringIO()
    found = case({"x": [[0.25, -0.25], [-0.25, 0.25]]}, {"x": [[0.0], [1.0]]}, "x")
    Console(width=80, file=told).print(counterexample(found))
    assert "[[0.25, -0.25],   " in told.getvalue() and " [-0.25, 0.25]]" in told.getvalue().split("\n")[-2]


def test_values_that_read_alike_are_told_apart() -> None:
    rows = chosen_rows(case({"x": 1.0}, {"x": "1.0"}, "x"))
    assert rows == [("x", "1.0 (float)", "1.0 (text)", PARTED)]
    rows = chosen_rows(case({"x": True}, {"x": "True"}, "x"))
    assert rows == [("x", "True (bool)", "True (text)", PARTED)]


def test_endless_values_are_cut() -> None:
    assert len(value_text([[1.0] * 50] * 50)) <= 60
    assert value_text({"tuple": [1.0] * 500}).endswith("…)")
    assert value_text({"odd": 1}) == "a dict" and value_text({"tuple": 3}) == "a dict"


def test_of_a_long_list_each_item_is_a_row() -> None:
    right = [{"tuple": [number, "MulBackward0"]} for number in range(3)]
    wrong = [right[0], {"tuple": [2, "MulBackward0"]}]
    assert chosen_rows(case({"walk(y)": right}, {"walk(y)": wrong}, "walk(y)")) == [
        ("walk(y)[0]", "(0, 'MulBackward0')", "(0, 'MulBackward0')", ""),
        ("walk(y)[1]", "(1, 'MulBackward0')", "(2, 'MulBackward0')", HERE),
        ("walk(y)[2]", "(2, 'MulBackward0')", "–", ""),
    ]
    short = chosen_rows(case({"lines": ["a", "b", "c"]}, {"lines": ["a", "b", "d"]}, "lines"))
    assert short[0][1:3] == ("['a', 'b', 'c']", "['a', 'b', 'd']")


def test_items_that_come_in_any_order_stand_beside_their_equals() -> None:
    right, wrong = ["ExpBackward0 of h", "NegBackward0 of y"], ["AccumulateGrad of w", *["NegBackward0 of y"] * 2]
    assert chosen_rows(case({"nodes": right}, {"nodes": wrong}, "nodes")) == [
        ("nodes", "–", "'AccumulateGrad of w'", HERE),
        ("", "'ExpBackward0 of h'", "–", ""),
        ("", "'NegBackward0 of y'", "'NegBackward0 of y'", ""),
        ("", "–", "'NegBackward0 of y'", ""),
    ]


def test_of_a_text_each_line_is_a_row_with_the_spaces_in_front() -> None:
    found = case({"text(y)": "Neg\n  Exp"}, {"text(y)": "Neg\n    Exp"}, "text(y)")
    assert chosen_rows(found) == [("line 1", "Neg", "Neg", ""), ("line 2", "  Exp", "    Exp", HERE)]
    told = StringIO()
    Console(width=64, file=told).print(counterexample(found))
    first, second = (line for line in told.getvalue().splitlines() if "line " in line)
    assert second.index("Exp") == first.index("Neg") + 4 and second.rindex("Exp") == first.rindex("Neg") + 2
    check = CheckResult(id="text", says="", status="failed", failed=1, counterexample=found)
    page = concept_html("ex", ConceptResult(id="a", title="", score=0, max_score=1, status="failed", checks=[check]))
    assert page.count("white-space:pre;") + page.count('white-space:pre"') == 4 and ">    Exp<" in page


def test_no_letter_of_a_long_name_or_value_is_lost_in_a_narrow_terminal() -> None:
    name, wrong = "connection(loss, optimizer).held_not_reached", "another_long_name_of_a_tensor"
    found = case({name: ["old_model.weight"]}, {name: [wrong]}, name)
    told = StringIO()
    Console(width=64, file=told).print(counterexample(found))
    assert "…" not in told.getvalue()
    assert told.getvalue().count("_") == (name + wrong + "old_model.weight").count("_")
