"""Which functions of a student's file count as not written yet."""

import traceback
from types import ModuleType

import pytest

from graders.sandbox.unwritten import open_holes

SOURCE = '''
def f(x, y=1, *, z=2):
    """Doc."""
    # here something will be
    pass

class Base:
    def step(self): pass

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
    open_holes(found)
    return found


def test_empty_functions_and_methods_raise_in_the_file_of_the_student(module):
    own = module.Own()
    for call, line in ((lambda: module.f(3), 5), (own.step, 14), (lambda: own * own, 15), (own.documented, 17)):
        with pytest.raises(NotImplementedError) as caught:
            call()
        place = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert (place.filename, place.lineno) == ("student.py", line)


def test_what_may_be_empty_stays(module):
    own = module.Own()
    assert module.Base().step() is own.__enter__() is own._helper() is None
    assert own.zero() == 0.0
