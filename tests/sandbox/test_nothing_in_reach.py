"""What a student's file can reach of ours in its worker, by whatever way, is known file by file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.banks.store import BankStore
from graders.course.course import Course
from graders.judging.replay import Replay, setup_of
from graders.sandbox.client import Limits
from graders.sandbox.levels import LEVELS
from graders.sandbox.pool import SandboxPool
from graders.sandbox.probe import probe
from graders.spec import load_spec
from tests.conftest import ROOT, sampled
from tests.sandbox.reach import ALLOWED, ALWAYS, DATA, WHY

_LOOK = """
import gc as _gc, importlib as _il, json as _json, os as _os, sys as _sys, types as _types

def _look():
    "Return what of graders can be imported, and the code of every function that can be found, file by file."
    seen, waiting, codes = set(), [], {}
    frame = _sys._getframe()
    while frame is not None:
        waiting += [frame.f_locals, frame.f_globals, frame.f_builtins, frame.f_code]
        frame = frame.f_back
    waiting += [*_sys.modules.values(), *_gc.get_objects(), *_sys.meta_path, object]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(one) is _types.CodeType:
            if _os.sep + "graders" + _os.sep in one.co_filename:
                codes.setdefault(one.co_filename.split(_os.sep + "graders" + _os.sep)[1], set()).add(one.co_qualname)
            waiting += one.co_consts
        elif issubclass(type(one), type):
            waiting += [*type.__subclasses__(one), *_gc.get_referents(one)]
        elif not issubclass(type(one), (str, bytes, int, float)):
            waiting += _gc.get_referents(one)
    names = []
    for name in NAMES:
        for get in (_il.import_module, __import__, _sys.modules.__getitem__):
            try:
                get(name)
            except (ImportError, KeyError):
                continue
            names.append(name)
    return _json.dumps([names, {file: sorted(found) for file, found in codes.items()}])

if {module!r} == __name__:
    for _place in range(0, len(_text := _look()), 400):
        _os.write(1, _text[_place : _place + 400].encode())
    _os.write(1, b"\\n")
"""

OURS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "graders").rglob("*.py")
)
"""Every module of the package."""


WALLED = [level for level in LEVELS[LEVELS.index(probe().level) :] if level != "portable"]
"""The levels of this machine at which a worker cannot read our files from disk either."""


@pytest.fixture(scope="module", params=sampled(WALLED, WALLED[:1]))
def walled(request: pytest.FixtureRequest, course: Course) -> Iterator[SandboxPool]:
    with SandboxPool(course, request.param) as pool:
        yield pool


@pytest.mark.parametrize("exercise", ALLOWED)
def test_only_what_answers_nothing_is_in_reach(
    exercise: str, course: Course, walled: SandboxPool, store: BankStore, solutions: dict[str, bytes]
) -> None:
    names, files = _reached(exercise, course, walled, store, solutions)
    assert not names
    rooms = {file for file in files if not file.startswith("sandbox/")}
    assert rooms <= ALLOWED[exercise] | ALWAYS | DATA
    assert "sandbox/worker.py" in files  # the look was deep enough to see what is there


def _reached(
    exercise: str, course: Course, sandboxes: SandboxPool, store: BankStore, solutions: dict[str, bytes]
) -> tuple[list[str], dict[str, list[str]]]:
    spec, needed = load_spec(exercise), course.exercise(exercise)
    look = _LOOK.replace("{module!r}", repr(exercise)).replace("NAMES", repr(OURS))
    files = {**solutions, f"{exercise}.py": solutions[f"{exercise}.py"] + look.encode()}
    limits = Limits(load=60.0, wall=60.0, output=4096)
    replay = Replay(lambda: sandboxes.get(needed.flavour), limits, exercise, files, setup_of(spec))
    bank = next(iter(store.banks(exercise).values()))
    seen = replay.observe(bank)
    replay.renew()
    assert {one.status for one in seen} == {"ok"}, seen[0].says()
    names, found = json.loads(replay.printed.decode().splitlines()[0])
    return names, found


def test_every_exercise_is_looked_at(course: Course) -> None:
    assert set(ALLOWED) == set(WHY) == set(course.exercise_ids)


def test_every_module_of_ours_is_tried() -> None:
    assert "graders.players.engine" in OURS
    assert "graders" in OURS
    assert len(OURS) == len(list(Path(ROOT / "graders").rglob("*.py")))
