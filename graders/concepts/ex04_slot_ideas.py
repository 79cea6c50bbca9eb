"""Wrong ideas of ex04 that concern one operand of one operator, made from tables."""

from __future__ import annotations

from graders.spec import Misconception

_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "matmul": "@"}
_CONCEPTS = {"matmul": "matmul_2d"}
_SIDES = (("left", 0), ("right", 1))

_ONE_OPERAND = tuple(
    Misconception(
        f"{name}_{side}_of_{op}", sentence.format(side=side, sign=sign), (_CONCEPTS.get(op, op),), subject, (op, slot)
    )
    for op, sign in _SIGNS.items()
    for side, slot in _SIDES
    for name, subject, sentence in (
        ("forgets", "forgets", "The {side} operand of `{sign}` receives nothing. Both operands have a slope."),
        (
            "overwrites",
            "overwrites_slot",
            "For the {side} operand of `{sign}` the new gradient replaces the old one. Other uses count too: add.",
        ),
    )
)

_TWICE = Misconception(
    "counts_once",
    "A tensor on both sides of an operator receives one share. It fills two slots, so two shares belong to it.",
    ("add", "sub", "mul", "div"),
    "counts_once",
)

_STRETCH = "{where} adds a gradient of the stretched shape to a smaller one. Sum over the stretched dimensions first."
_IN_PLACE = (
    Misconception("adds_in_place", _STRETCH.format(where="Every operator"), ("broadcasting",), "adds_in_place"),
    *(
        Misconception(
            f"adds_in_place_{op}", _STRETCH.format(where=f"`{sign}`"), ("broadcasting",), "adds_in_place", (op,)
        )
        for op, sign in _SIGNS.items()
        if op != "matmul"
    ),
    *(
        Misconception(
            f"adds_in_place_{side}_of_{op}",
            _STRETCH.format(where=f"`{sign}`, for its {side} operand,"),
            ("broadcasting",),
            "adds_in_place_slot",
            (op, slot),
        )
        for op, sign in _SIGNS.items()
        for side, slot in _SIDES
        if op != "matmul"
    ),
)

_MEAN = "you take the mean over the stretched places. Each of them adds its part, so it is the sum."
_NDIM = "you sum only where the number of dimensions differs. A dimension of side 1 is stretched too."
_ARRIVALS = tuple(
    Misconception(
        f"{how}_{side}_of_{op}",
        f"For {whose} of `{sign}` {sentence}",
        ("matmul_batched" if op == "matmul" else "broadcasting",),
        "arrives",
        (how, op, *slots),
    )
    for how, sentence in (("mean", _MEAN), ("where_ndim_differs", _NDIM))
    for op, sign in _SIGNS.items()
    for side, whose, slots in (
        *((side, f"the {side} operand", (slot,)) for side, slot in _SIDES),
        ("both", "both operands", (0, 1)),
    )
    if (how, op) != ("where_ndim_differs", "matmul")
)

SLOT_IDEAS = (*_ONE_OPERAND, _TWICE, *_IN_PLACE, *_ARRIVALS)
