"""Files that replace what measures: nothing that a player notes depends on functions that a student's file can reach.

Engines keep a copy of numpy for themselves, so that their own answers stay as they are; then the file replaces
functions by others that always say yes, say no, or give back what they were given. (Two functions stay, which
`np.broadcast_shapes` calls in the solution.)
"""

from __future__ import annotations

import pytest

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from graders.course.wrong import Mutant
from tests.conftest import ROOT

_OWN_COPY = "import numpy, types\nnp = types.SimpleNamespace(**vars(numpy))"

_EVERYTHING = """
import contextlib, copy, dataclasses, functools, itertools, math, re, reprlib, sys, time

_KEPT = ("broadcast", "empty")

def _replace(place, lie):
    for name, value in list(vars(place).items()):
        if callable(value) and not (name.startswith("__") and name.endswith("__")) and name not in _KEPT:
            with contextlib.suppress(AttributeError, TypeError):
                setattr(place, name, lie)

def _replace_all(lie):
    places = [sys.modules[name] for name in ("numpy", "numpy.testing", "numpy.linalg") if name in sys.modules]
    for place in (*places, reprlib.Repr, re, math, time, copy, dataclasses, itertools):
        _replace(place, lie)
    functools.cached_property.__get__ = functools.partialmethod.__get__ = lambda *given: lie(*given)
    functools.reduce = functools.partial = lie

"""

_LIES = {
    "yes": "lambda *given, **named: True",
    "no": "lambda *given, **named: False",
    "echo": "lambda *given, **named: given[0] if given else None",
    "zero": "lambda *given, **named: 0.0",
}

_DEEP = """
import contextlib, functools, sys
from types import FunctionType

def _lie(*given, **named): return {answer}

for _name in list(sys.modules):
    if _name.startswith("numpy") and sys.modules[_name] is not None:
        for _value in list(vars(sys.modules[_name]).values()):
            for _function in (_value, getattr(_value, "_implementation", None), getattr(_value, "__wrapped__", None)):
                if type(_function) is FunctionType and _function.__name__ in {names!r}:
                    with contextlib.suppress(ValueError):
                        _function.__code__ = _lie.__code__
"""
"""Replaces what functions of numpy that are written in Python do, whoever holds them."""

_MEASURING = ("_all", "_any", "_name_get", "array_equal", "concatenate", "full", "ndim", "shape", "size")
"""Functions with which arrays might be measured, and which the solution of ex04 does not use."""


def lying(source: str, lie: str) -> str:
    """Return a file on numpy that replaces every function in the usual places."""
    assert "import numpy as np" in source
    return f"{source.replace('import numpy as np', _OWN_COPY)}{_EVERYTHING}_replace_all({_LIES[lie]})\n"


def deeply_lying(source: str, answer: str) -> str:
    """Return a file that replaces the code of numpy's own functions."""
    return source + _DEEP.format(answer=answer, names=_MEASURING)


@pytest.mark.parametrize("lie", _LIES)
@pytest.mark.parametrize("exercise", ["ex04_tensor_closures", "ex05_losses"])
def test_right_code_stays_right_whatever_else_its_file_replaces(lose, solutions, exercise, lie):
    name = f"{exercise}.py"
    assert lose(solutions | {name: lying(solutions[name].decode(), lie)}, exercise) == set()


@pytest.mark.parametrize("lie", _LIES)
def test_right_code_without_numpy_stays_right(lose, solutions, lie):
    name = "ex01_finite_differences.py"
    source = f"{solutions[name].decode()}{_EVERYTHING}_replace_all({_LIES[lie]})\n"
    assert lose(solutions | {name: source}, "ex01_finite_differences") == set()


def edits(exercise: str) -> list[Mutant]:
    """Return the mutants made of the solution's own code: others call what the lies change, and then are not wrong."""
    return [mutant for mutant in load_mutants(load_course(ROOT), exercise) if mutant.predicts or not mutant.named]


SOME = [pytest.param(4, id="some"), pytest.param(1, id="all", marks=pytest.mark.proof)]
"""Of the wrong versions that a test looks at, one in so many: a quarter in the usual run."""


@pytest.mark.parametrize("every", SOME)
@pytest.mark.parametrize("exercise", ["ex01_finite_differences", "ex04_tensor_closures", "ex05_losses"])
def test_wrong_code_gains_nothing_by_replacing_functions(lose, solutions, exercise, every):
    name = f"{exercise}.py"
    for position, mutant in enumerate(edits(exercise)[:: 11 * every]):
        source = mutant.source.decode()
        honest = lose(solutions | {name: source}, exercise)
        assert honest
        lie = list(_LIES)[position % len(_LIES)]
        if exercise.startswith("ex01"):
            liar = f"{source}{_EVERYTHING}_replace_all({_LIES[lie]})\n"
        else:
            liar = lying(source, lie)
        assert lose(solutions | {name: liar}, exercise) >= honest, (lie, liar)


@pytest.mark.parametrize("every", SOME)
@pytest.mark.parametrize("answer", ["True", "given[0]", "'float16'", "()"])
@pytest.mark.parametrize("concept", ["dtype", "no_alias", "operands"])
def test_wrong_code_gains_nothing_by_changing_what_is_inside_numpy(lose, solutions, concept, answer, every):
    exercise, name = "ex04_tensor_closures", "ex04_tensor_closures.py"
    found = [mutant for mutant in edits(exercise) if set(mutant.costs) == {concept}]
    changed = (b"broadcast_to", b".any()")  # by the lies, so that the code is no longer wrong in the same way
    found = [mutant for mutant in found if not any(name in mutant.source for name in changed)]
    assert found
    for mutant in found[:: 3 * every]:
        files = solutions | {name: deeply_lying(mutant.source.decode(), answer)}
        assert f"{exercise}.{concept}" in lose(files, f"{exercise}.{concept}"), (mutant.id, answer)


@pytest.mark.parametrize("every", SOME)
@pytest.mark.parametrize("answer", ["True", "0.0", "given[0]", "()"])
def test_losses_gain_nothing_by_changing_what_is_inside_numpy(lose, solutions, answer, every):
    exercise, name = "ex05_losses", "ex05_losses.py"
    for mutant in edits(exercise)[:: 9 * every]:
        honest = lose(solutions | {name: mutant.source}, exercise)
        files = solutions | {name: deeply_lying(mutant.source.decode(), answer)}
        assert lose(files, exercise) >= honest, mutant.id
