"""The right engine of ex02 and the wrong ones, each with one wrong idea about closures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from graders.cases.slopes import FORWARD, SLOPES
from graders.misconceptions.ex02_rules import SENDS, WRONG_FORWARD, WRONG_SLOPES
from graders.misconceptions.scalar_engine import engine


def right() -> SimpleNamespace:
    """Return the right engine."""
    return engine()


def slope(op: str, *rules: str | None) -> SimpleNamespace:
    """Return the engine with a wrong slope in each slot that names a rule; None leaves a slot right."""
    named = (*rules, None)[: len(SLOPES[op])]
    wrong = tuple(WRONG_SLOPES[rule] if rule else right for rule, right in zip(named, SLOPES[op], strict=True))
    return engine(slopes={**SLOPES, op: wrong})


def value(op: str, rule: str) -> SimpleNamespace:
    """Return the engine with one wrong forward function."""
    return engine(forward={**FORWARD, op: WRONG_FORWARD[rule]})


def sending(rule: str) -> SimpleNamespace:
    """Return the engine with a wrong way to give the operands their shares."""
    return engine(send=SENDS[rule])


def forgets_operands() -> SimpleNamespace:
    """Return the engine whose results do not remember what they were made of."""
    return engine(remembers=False)


def calls_closure() -> SimpleNamespace:
    """Return the engine that calls its closures at once and stores the None that they return."""
    return engine(called=True)


def reflected_as_written(*ops: str) -> SimpleNamespace:
    """Return the engine that computes `2 - v` as `v - 2`, or `2 / v` as `v / 2`, or both."""
    as_written = {"sub": lambda self, other: self - other, "div": lambda self, other: self / other}
    return engine(reflected={op: as_written[op] for op in ops})


def reflected_missing(*ops: str) -> SimpleNamespace:
    """Return the engine without the reflected form of some operations."""
    return engine(reflected=dict.fromkeys(ops))


def sum_hands_back() -> SimpleNamespace:
    """Return the engine whose `2 + v` is `v` itself, which is right for the 0 that `sum` begins with."""
    return engine(reflected={"add": lambda self, other: self})


def refuses_numbers(*ops: str) -> SimpleNamespace:
    """Return the engine that asks a plain number on the right for its `.data`."""

    def before(op: str, operands: tuple[Any, ...]) -> None:
        if op in ops and isinstance(operands[1], (int, float)):
            raise AttributeError(f"'{type(operands[1]).__name__}' object has no attribute 'data'")

    return engine(before=before)


def refuses_ints() -> SimpleNamespace:
    """Return the engine that knows floats on the right of `+ - * /`, but no ints."""

    def before(op: str, operands: tuple[Any, ...]) -> None:
        if op in ("add", "sub", "mul", "div") and isinstance(operands[1], int):
            raise AttributeError("'int' object has no attribute 'data'")

    return engine(before=before)


def numbers_cut_the_path() -> SimpleNamespace:
    """Return the engine whose `v + 2` holds the right value but no way back to `v`."""

    def before(op: str, operands: tuple[Any, ...]) -> Any:
        if op in ("add", "sub", "mul", "div") and isinstance(operands[1], (int, float)):
            return FORWARD[op](operands[0].data, operands[1])
        return None

    return engine(before=before)


def refuses_value_exponents() -> SimpleNamespace:
    """Return the engine whose power takes only plain numbers as exponents."""

    def before(op: str, operands: tuple[Any, ...]) -> None:
        if op == "pow":
            assert isinstance(operands[1], (int, float))

    return engine(before=before)
