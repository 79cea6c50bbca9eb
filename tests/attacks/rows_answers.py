"""Rows 70 to 87, 118 and 119: answers of ours, or of torch, in place of one's own."""

from __future__ import annotations

from handin import SOLUTION, HandIn, enter

EX02, EX03, EX04 = ("ex02_closures",), ("ex03_backward",), ("ex04_tensor_closures",)
SGD, OPTIMIZERS = ("ex09_sgd",), ("ex09_sgd", "ex10_sgd_momentum", "ex11_adaptive")

_STEPS = ("ex09_sgd.sign", "ex09_sgd.in_place", "ex09_sgd.zero_grad")
_ADAPTIVE = ("ex10_sgd_momentum.momentum", "ex11_adaptive.square_average", "ex11_adaptive.first_step")
_LONG = {"exercise": 60.0, "submission": 120.0}
"""Seconds: without a fork server each new worker imports torch."""

NOT_THERE = "not in the worker"

enter(
    70,
    "the grader's engine, by its module",
    HandIn(("engine_by_import",), EX04, {"*": (0, 0)}),
    NOT_THERE,
    quick=True,
)
enter(
    71,
    "the grader's engine, among all classes",
    HandIn(("engine_by_subclasses",), EX04, {"*": (0, 0)}),
    NOT_THERE,
)
enter(
    72,
    "the grader's engine, by the path of the worker's files",
    HandIn(("engine_by_path",), EX04, {"*": (0, 0), "portable": (40, 0)}),
    NOT_THERE,
)
enter(
    73,
    "the grader's engine, by opening its rooms again",
    HandIn(("looking", "engine_by_rooms"), EX04, {"*": (0, 0), "portable": (43, 0)}),
    NOT_THERE,
)
enter(
    74,
    "the grader's values and slopes, by their modules",
    HandIn(("rules_by_import",), EX02, {"*": (0, 0)}),
    NOT_THERE,
    quick=True,
)
enter(
    75,
    "the grader's walk, by its module",
    HandIn(("walk_by_import",), EX03, {"*": (0, 0)}),
    NOT_THERE,
    quick=True,
)
enter(
    76,
    "the grader's walk, by the garbage collector",
    HandIn(("walk_by_collector",), EX03, {"*": (0, 0)}),
    NOT_THERE,
)
enter(
    77,
    "torch.optim behind a wrapper, named in pieces",
    HandIn(("optimizer_wrapped",), OPTIMIZERS, {"*": (0, 0)}, _STEPS + _ADAPTIVE, _LONG),
    "a stand-in in its place",
)
enter(
    78,
    "torch.optim inside step",
    HandIn(("optimizer_in_step",), SGD, {"*": (1, 1)}, _STEPS, _LONG),
    "a stand-in in its place",
)
enter(
    79,
    "torch.optim, imported once more",
    HandIn(("optimizer_hollow", "optimizer_fresh_copy"), SGD, {"*": (1, 1), "portable": (5, 1)}, _STEPS, _LONG),
    "its files are hidden",
)
enter(
    80,
    "torch's compiled step, by its table of operators",
    HandIn(("optimizer_hollow", "optimizer_fused"), SGD, {"*": (3, 1)}, _STEPS, _LONG),
    "",
)
enter(
    81,
    "torch's compiled step, named in pieces",
    HandIn(("optimizer_hollow", "optimizer_fused_by_pieces"), SGD, {"*": (3, 1)}, _STEPS, _LONG),
    "",
)
enter(
    82,
    "the player's own functions replaced, by frames",
    HandIn(("looking", "player_patched"), SGD, {"*": (0, 0)}, _STEPS, _LONG),
    "a seal on what observes",
)
enter(
    83,
    "functions of torch replaced that players measure with",
    HandIn(("library_patched",), SGD, {"*": (2, 2)}, _STEPS, _LONG),
    "references of our own",
)
enter(
    84,
    "functions of Python replaced that players measure with",
    HandIn(("builtins_patched", "hollow_value"), EX02, {"*": (1.5, 1.5)}),
    "builtins of our own",
    quick=True,
)
enter(
    85,
    "more room for the count of a walk's work, by names",
    HandIn(("looking", "work_by_names", "quadratic_walk"), EX03, {"*": (2, 14)}),
    "a seal on what observes",
)
enter(
    86,
    "more room for the count of a walk's work, by a closure",
    HandIn(("work_by_closure", "quadratic_walk"), EX03, {"*": (14, 14)}),
    "a count that knows whether it was changed",
)
enter(
    87,
    "comparisons that are not counted",
    HandIn(("work_by_equality", "quadratic_walk"), EX03, {"*": (14, 14)}),
    "a look at what counts, after the walk",
)
enter(
    118,
    "the `unbroadcast` that ex04 lends, by frames",
    HandIn((SOLUTION, "looking", "lent_by_frames"), EX04, {"*": (43, 40)}),
    "",
)
enter(
    119,
    "the `unbroadcast` that ex04 lends, kept from another concept",
    HandIn((SOLUTION, "lent_kept"), EX04, {"*": (40, 40)}),
    "asked for before it is lent",
)
