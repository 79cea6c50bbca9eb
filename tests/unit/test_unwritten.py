"""Which functions of a student's file count as not written yet."""

import traceback
from types import ModuleType

import pytest

from graders.course.holes import HOLES
from graders.sandbox.unwritten import open_holes
from tests.conftest import ROOT
from tests.course.walking import read_exercise

SOURCE = '''
def f(x, y=1, *, z=2):
    """Doc."""
    # here something will be
    pass

class Base:
    def step(self): pass

def nothing(): pass

class Own(Base):
    def __init__(self): pass
    def __enter__(self): pass
    def _helper(self): pass
    def step(self): ...
    def __mul__(self, other): return None
    def zero(self): return 0.0
    def documented(self):
        "Doc."
'''


@pytest.fixture
def module():
    found = ModuleType("student")
    exec(compile(SOURCE, "student.py", "exec"), vars(found))
    open_holes(found, {"f", "step", "__mul__", "zero", "documented"})
    return found


def test_empty_functions_and_methods_raise_in_the_file_of_the_student(module):
    own = module.Own()
    for call, line in ((lambda: module.f(3), 5), (own.step, 16), (lambda: own * own, 17), (own.documented, 19)):
        with pytest.raises(NotImplementedError) as caught:
            call()
        place = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert (place.filename, place.lineno) == ("student.py", line)


def test_what_may_be_empty_stays(module):
    own = module.Own()
    assert module.Base().step() is own.__enter__() is own._helper() is None
    assert own.zero() == 0.0 and module.nothing() is None


def test_the_holes_are_those_of_the_stubs():
    stubs = {path.stem: read_exercise(ROOT, path.stem).holes for path in (ROOT / "exercises").glob("ex*.py")}
    asked = {exercise: {hole.rpartition(".")[2] for hole in holes} for exercise, holes in stubs.items()}
    assert {exercise: names - {"__init__", "__array_ufunc__"} for exercise, names in asked.items()} == HOLES


def test_a_leaf_whose_closure_is_an_empty_function_is_right(grade, solutions):
    source = solutions["ex02_closures.py"].decode().replace("lambda: None", "nothing")
    assert "= nothing" in source
    source = source.replace("class Value", "def nothing() -> None:\n    pass\n\n\nclass Value", 1)
    assert grade({"ex02_closures.py": source}, "ex02_closures", search=False).passed
