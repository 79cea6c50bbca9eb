"""The banks of ex12_training_loop, with the course's worked examples as their first cases.

Reports draw the loss curve of a bank's first case: that is why the long fits come first in theirs.
"""

from __future__ import annotations

import math

from graders.cases.training import Cubic, Learner, Memory, SideBySide, Training
from graders.spec import BankSpec

_X = ((0.0,), (1.0,), (2.0,))
_Y = ((0.5,), (1.25,), (2.0,))
_REGRESSION = Learner("linear", ((0.5,), (-1.0,)), "l1", "SGD", (("lr", 0.125),))
_ONE = Learner("linear", ((4.0,), (5.0,)), "mse", "SGD", (("lr", 0.1),))
_TOO_FAST = Learner("linear", ((4.0,), (5.0,)), "mse", "SGD", (("lr", 0.25),))
_A = Learner("linear", ((0.5,), (1.0,)), "l1", "SGD", (("lr", 0.1),))
_B = Learner("linear", ((-1.0,), (2.0,)), "mse", "SGD", (("lr", 0.05),))

_SIX_AND_TWO = Training(
    Learner("linear", ((1.0,), (0.0,)), "mse", "SGD", (("lr", 0.1),)),
    x=tuple((float(row),) for row in range(8)),
    y=tuple((3.0,) for _ in range(8)),
    chunk_size=6,
)
_FOUR_AND_FOUR = Training(_SIX_AND_TWO.learner, _SIX_AND_TWO.x, _SIX_AND_TWO.y, chunk_size=4)

_PINBALL = Training(Learner("linear", ((1.0,), (0.0,)), "pinball", "SGD", (("lr", 0.1),)), _X, _Y, chunk_size=2)
"""A loss that tells prediction and target apart."""

_POINTS = tuple(math.pi * (2 * i / 99 - 1) for i in range(100))
_SINE = Training(
    Learner("cubic", ((0.1, -0.2, 0.3), (0.5,)), "mse_sum", "RMSprop", (("lr", 1e-3),)),
    x=tuple((x, x**2, x**3) for x in _POINTS),
    y=tuple((math.sin(x),) for x in _POINTS),
    steps=10,
)

_START = (0.5, -0.5, 0.25, 0.125)

STEPS = BankSpec(
    "steps",
    "training",
    "steps",
    "trainings",
    {"stale": True},
    fixed=(
        Training(_ONE, ((3.0,),), ((16.0,),)),
        Training(_ONE, ((3.0,),), ((16.0,),), steps=2),
        Training(_REGRESSION, _X, _Y, steps=3),
        Training(_REGRESSION, _X, _Y, stale=1.0),
        Training(_B, _X, _Y),  # a loss of more than six decimals
    ),
)
CALLS = BankSpec(
    "calls",
    "training",
    "calls",
    "trainings",
    {"losses": ("pinball",), "most_steps": 1},
    fixed=(Training(_REGRESSION, _X, _Y),),
)
CUT_OFF = BankSpec(
    "cut_off",
    "training",
    "cut_off",
    "trainings",
    {"cut": True, "stale": True, "most_steps": 1},
    fixed=(Training(_REGRESSION, _X, _Y, cut="detach"), Training(_REGRESSION, _X, _Y, cut="frozen")),
)
HISTORY = BankSpec(
    "history",
    "training",
    "history",
    "trainings",
    {"losses": ("l1", "mse", "l1"), "least_steps": 2, "most_steps": 6, "shift": True},
    fixed=(
        Training(_REGRESSION, _X, _Y, steps=3),
        Training(_REGRESSION, _X, _Y, steps=3, shift=0.25),
        Training(_ONE, ((3.0,),), ((16.0,),), steps=0),
        Training(_TOO_FAST, ((3.0,),), ((16.0,),), steps=3),
        Training(_ONE, ((3.0,),), ((17.0,),), steps=3),  # nothing is left to learn
        _SINE,
    ),
)
CHUNK_TIMELINE = BankSpec("chunk_timeline", "training", "chunk_timeline", "one_row_each")
CHUNKED = BankSpec(
    "chunked",
    "training",
    "chunked_steps",
    "chunked",
    fixed=(_FOUR_AND_FOUR, _SIX_AND_TWO, _PINBALL),
)
TURNS = BankSpec(
    "turns",
    "training",
    "turns",
    "side_by_side",
    fixed=(
        SideBySide(_A, _B, _X, _Y, ("aaa", "bbb")),
        SideBySide(_A, _B, _X, _Y, ("aaa", "aba")),
        SideBySide(_A, _B, _X, _Y, ("bbb", "aab")),
        SideBySide(_A, _B, _X, _Y, ("bbb", "aab", "aaa", "bbb")),
    ),
)
MEMORIES = BankSpec(
    "memories",
    "training",
    "meeting_point",
    "memories",
    fixed=(
        Memory((1,), (1.0,)),
        Memory((3,), (1.0, 2.0, -0.5)),
        Memory((), (2.0,)),
        Memory((2,), (1.0, 2.0), "float32"),
        Memory((1,), (0.5,), "float32"),
    ),
)
ENGINE = BankSpec(
    "engine",
    "training",
    "engine_steps",
    "on_an_engine",
    fixed=(
        Training(Learner("linear", ((4.0,), (5.0,)), "mse_sum", "SGD", (("lr", 0.01),)), ((3.0,),), ((16.0,),)),
        Training(
            Learner("linear", ((4.0,), (5.0,)), "mse_sum", "SGD", (("lr", 0.01),)), ((3.0,),), ((16.0,),), steps=3
        ),
    ),
)
CUBIC = BankSpec(
    "cubic",
    "training",
    "cubic",
    "cubics",
    fixed=(
        Cubic(2000, _START, "SGD", (("lr", 1e-6),), steps=20),
        Cubic(5, _START, "SGD", (("lr", 1e-3),), steps=2),
        Cubic(2000, _START, "RMSprop", (("lr", 1e-3),), steps=20),
    ),
)
CAPSTONE = BankSpec(
    "capstone",
    "training",
    "cubic",
    fixed=(
        Cubic(2000, _START, "SGD", (("lr", 1e-6),), steps=60, own=True),
        Cubic(50, _START, "SGD", (("lr", 2e-5), ("momentum", 0.9)), steps=20, own=True),
        Cubic(5, _START, "SGD", (("lr", 1e-3),), steps=2, own=True),
        Cubic(2000, (0.0, 0.0, 0.0, 0.0), "SGD", (("lr", 1e-6), ("momentum", 0.5)), steps=40, own=True),
    ),
)
