"""Engines that people bring along are graded unchanged, and lose what they lack and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.cases.ops import SCALAR
from tests.conftest import Grade, lost
from tests.course.walking import definitions

LECTURE = (Path(__file__).parent / "engines" / "lecture.py").read_text(encoding="utf-8")
EX02, EX03 = "ex02_closures", "ex03_backward"
OPERATIONS = {op.name for op in SCALAR.values() if f"Value.{op.method}" not in definitions(LECTURE)}
"""What the lecture's engine does not define."""


def lost_of(grade: Grade, exercise: str, source: str) -> set[str]:
    report = grade({f"{exercise}.py": source}, exercise, search=False)
    return {address.partition(".")[2] for address in lost(report)}


def test_a_lecture_engine_loses_only_what_it_does_not_do(grade: Grade) -> None:
    assert lost_of(grade, EX02, LECTURE) == OPERATIONS | {"value_exponent", "power_zero", "large_inputs"}


def test_its_walk_loses_only_where_it_differs_from_torch(grade: Grade) -> None:
    differs = {"gradient_argument", "leaves_accumulate", "intermediates_fresh", "two_losses", "deep_chain"}
    assert lost_of(grade, EX03, LECTURE) == differs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Value", "Scalar"),
        ("class Value:", "class Base:\n    pass\n\n\nclass Value(Base):"),
        ("_prev", "_children"),
        ("_prev", "parents"),
        ("set(_children)", "tuple(_children)"),
        ("set(_children)", "list(_children)"),
        ("_children=()", "label='', _children=()"),
        ("self.grad = 0\n", "self.grad = 0.0\n"),
    ],
)
def test_names_and_containers_do_not_matter(grade: Grade, old: str, new: str) -> None:
    source = LECTURE.replace(old, new)
    if new.startswith("label"):
        for made in ('"+"', '"*"', 'f"**{other}"', '"relu"', '"exp"', '"tanh"'):
            source = source.replace(f", {made})", f", _op={made})")
        source = source.replace("(self, other), _op", "_children=(self, other), _op").replace(
            "(self,), _op", "_children=(self,), _op"
        )
    assert source != LECTURE
    assert lost_of(grade, EX02, source) == lost_of(grade, EX02, LECTURE)
    assert lost_of(grade, EX03, source) == lost_of(grade, EX03, LECTURE)


@pytest.mark.parametrize(
    ("name", "hint"), [("backwards", "backwards"), ("back_ward", "back_ward"), ("run", "no backward")]
)
def test_a_misspelled_entry_is_named(grade: Grade, name: str, hint: str) -> None:
    report = grade({f"{EX03}.py": LECTURE.replace("def backward(", f"def {name}(")}, f"{EX03}.seed")
    [check] = report.exercises[0].concepts[0].checks
    assert "no backward found" in check.message.lower()
    assert hint in check.message.lower()


def test_two_classes_that_could_be_meant_are_named(grade: Grade) -> None:
    source = LECTURE.replace("Value", "Scalar") + "\n\n" + LECTURE.replace("Value", "Number")
    report = grade({f"{EX02}.py": source}, f"{EX02}.add")
    message = report.exercises[0].concepts[0].checks[0].message
    assert "Number and Scalar" in message


def test_a_missing_operation_costs_its_concept_alone(grade: Grade) -> None:
    for dunder, concept in (("__sub__", "sub"), ("__truediv__", "div"), ("__neg__", "neg")):
        source = (Path(__file__).parents[2] / "solutions" / f"{EX02}.py").read_text(encoding="utf-8")
        assert lost_of(grade, EX02, source.replace(f"def {dunder}(", f"def renamed_{concept}(")) == {concept}
