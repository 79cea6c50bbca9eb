"""Judges of the scalar exercises: what another concept counts is accepted, everything else is not."""

from __future__ import annotations

from graders.cases.program import Program
from graders.judging.finding import Left
from graders.judging.rules.scalar import (
    agrees_with_own,
    each_listed_once,
    each_pass_fresh,
    finite_gradient,
    topological,
    whatever_the_seed,
)

REFLECTED = Program((3.0,), (("sub", 2.0, 0),), (), ((1, 1.0),))
FORMS = {"out.data": -1.0, "a.grad": -1.0, "out.data of Value(2) - a": -1.0, "a.grad of Value(2) - a": -1.0}
SQUARE = Program((1.0,), (("pow", 0, 2.0), ("mul", 1, 3.0)), (), ((2, None),))
SQUARED = {"n2.grad": 1.0, "n1.grad": 3.0, "a.grad": 6.0, "calls of n1, n2": [1, 1]}
TWICE = Program((1.0,), (("pow", 0, 2.0), ("mul", 1, 3.0)), (), ((2, None), (2, None)))
PASSES = {
    f"pass {number}: {label}": value
    for number in (1, 2)
    for label, value in {"n2.grad": 1.0, "n1.grad": 3.0, "a.grad": 6.0 * number}.items()
}
DIAMOND = Program((2.0,), (("neg", 0), ("neg", 1), ("mul", 1, 2)), (), ((3, None),))


def passes(first: float, second: float, *roots: float) -> dict[str, float]:
    seeds = roots or (1.0, 1.0)
    return dict(zip(PASSES, (seeds[0], 3 * seeds[0], first, seeds[1], 3 * seeds[1], second), strict=True))


def left(found: list[str]) -> dict[str, tuple[str, ...]]:
    """Return each label that is left to others with their names; a label that is wrong here has none."""
    return {str(label): label.to if isinstance(label, Left) else () for label in found}


def test_the_right_answer_is_accepted_though_the_other_form_is_wrong() -> None:
    assert agrees_with_own(REFLECTED, FORMS, {**FORMS, "a.grad of Value(2) - a": 1.0}) == []


def test_a_wrong_answer_is_left_to_the_operation_where_the_other_form_is_wrong_alike() -> None:
    both = {**FORMS, "a.grad": 1.0, "a.grad of Value(2) - a": 1.0}
    assert left(agrees_with_own(REFLECTED, FORMS, both)) == {"a.grad": ("sub",)}


def test_a_wrong_answer_is_wrong_where_the_other_form_is_right_or_wrong_otherwise() -> None:
    assert agrees_with_own(REFLECTED, FORMS, {**FORMS, "out.data": 1.0}) == ["out.data"]
    apart = {**FORMS, "a.grad": 1.0, "a.grad of Value(2) - a": 5.0}
    assert agrees_with_own(REFLECTED, FORMS, apart) == ["a.grad"]


def test_at_large_inputs_the_value_counts_and_the_gradient_is_finite() -> None:
    case = Program((400.0,), (("tanh", 0),), (), ((1, 2.0),))
    expected = {"out.data": 1.0, "out._prev": ["a"], "a.grad": 0.0}
    assert finite_gradient(case, expected, expected) == []
    assert left(finite_gradient(case, expected, {**expected, "a.grad": 2.0})) == {"a.grad": ("tanh",)}
    assert left(finite_gradient(case, expected, {**expected, "a.grad": float("nan")})) == {"a.grad": ()}
    assert left(finite_gradient(case, expected, {**expected, "out.data": float("inf")})) == {"out.data": ()}


def test_another_seed_is_followed_down_the_graph() -> None:
    assert whatever_the_seed(SQUARE, SQUARED, SQUARED) == []
    five = whatever_the_seed(SQUARE, SQUARED, {"n2.grad": 5.0, "n1.grad": 15.0, "a.grad": 30.0})
    assert left(five) == dict.fromkeys(("n2.grad", "n1.grad", "a.grad"), ("seed", "intermediates_fresh"))
    wrong = whatever_the_seed(SQUARE, SQUARED, {"n2.grad": 5.0, "n1.grad": 15.0, "a.grad": 6.0})
    assert left(wrong) == {"a.grad": ()}


def test_a_seed_that_was_given_is_the_argument_of_another_concept() -> None:
    given = Program((1.0,), SQUARE.steps, (), ((2, 0.5),))
    half = {label: value / 2 for label, value in SQUARED.items() if label.endswith(".grad")}
    assert set(left(whatever_the_seed(given, half, SQUARED)).values()) == {("gradient_argument", "intermediates_fresh")}


def test_no_seed_at_all_is_no_excuse() -> None:
    nothing = {"n2.grad": 0.0, "n1.grad": 0.0, "a.grad": 0.0}
    assert whatever_the_seed(SQUARE, SQUARED, nothing) == ["n2.grad", "n1.grad", "a.grad"]


def test_a_second_pass_may_add_or_replace_but_not_send_old_gradients_again() -> None:
    assert each_pass_fresh(TWICE, PASSES, passes(6.0, 12.0)) == []
    assert left(each_pass_fresh(TWICE, PASSES, passes(6.0, 6.0))) == {"pass 2: a.grad": ("leaves_accumulate",)}
    assert left(each_pass_fresh(TWICE, PASSES, passes(6.0, 18.0))) == {"pass 2: a.grad": ()}


def test_a_seed_may_be_another_but_must_not_grow() -> None:
    twice = each_pass_fresh(TWICE, PASSES, passes(12.0, 24.0, 2.0, 2.0))
    others = [label for label in PASSES if "n1" not in label]
    assert left(twice) == dict.fromkeys(others, ("seed", "intermediates_fresh"))
    grown = each_pass_fresh(TWICE, PASSES, passes(6.0, 18.0, 1.0, 2.0))
    assert grown == ["pass 2: n2.grad", "pass 2: n1.grad", "pass 2: a.grad"]


def test_old_gradients_are_shown_where_they_stand_and_do_no_harm_where_no_leaf_is_wrong() -> None:
    stale = passes(6.0, 18.0) | {"pass 2: n1.grad": 6.0}
    assert each_pass_fresh(TWICE, PASSES, stale) == ["pass 2: n1.grad", "pass 2: a.grad"]
    assert each_pass_fresh(TWICE, PASSES, passes(6.0, 12.0) | {"pass 1: n1.grad": 0.0, "pass 2: n1.grad": 0.0}) == []


def test_any_topological_order_will_do() -> None:
    expected = {"order": ["a", "n1", "n2", "n3"]}
    assert topological(DIAMOND, expected, expected) == []
    twice = {"order": ["a", "n1", "a", "n2", "n3"]}
    assert left(topological(DIAMOND, expected, twice)) == {"order": ("each_node_once",)}
    assert topological(DIAMOND, expected, {"order": ["a", "n2", "n1", "n3"]}) == ["order"]
    assert topological(DIAMOND, expected, {"order": ["a", "n1", "n3"]}) == ["order"]
    assert topological(DIAMOND, expected, {"order": ["a", "n1", "n2", "n3", "?"]}) == ["order"]
    assert topological(DIAMOND, expected, {"order": None}) == ["order"]


def test_repetitions_are_judged_apart() -> None:
    expected = {"order": ["a", "n1", "n2", "n3"]}
    assert each_listed_once(DIAMOND, expected, expected) == []
    assert left(each_listed_once(DIAMOND, expected, {"order": ["n3", "a", "n2"]})) == {"order": ("order",)}
    assert left(each_listed_once(DIAMOND, expected, {"order": ["a", "n1", "a"]})) == {"order": ()}
