"""What of ours lies in reach of a student's file in its worker, exercise by exercise, and why it answers no concept."""

from __future__ import annotations

ALWAYS = {
    "observation.py", "cases/__init__.py", "players/__init__.py", "players/seen.py", "players/short.py",
    "players/subject.py",
}  # fmt: skip
"""Beside the worker and its walls, which compute nothing about exercises."""

_CASES = ("program", "formula", "tensor", "torch_graph", "timeline", "call", "training")
DATA = {f"cases/{name}.py" for name in (*_CASES, "notation", "tensor_ops")}
"""Classes of cases, of every kind, and how operations are written: they hold what is given and know no answer."""

_DESIGN = {"players/design.py", "players/keeping.py"}
_ARRAYS = {"players/tensor_engine.py", "players/tensor_lent.py", *_DESIGN}
"""Applies operators, and lends ex04 its `unbroadcast`: the one answer to a concept that lies in that worker."""
_GRAPHS = {*(f"players/{name}.py" for name in ("torch_build", "torch_graph"))} | {
    "players/torch_names.py",
    "players/torch_own.py",
}
_TIMELINES = {f"players/{name}.py" for name in ("timeline", "timeline_spy", "timeline_stage", "timeline_watch")} | {
    "players/torch_own.py"
}

ALLOWED: dict[str, set[str]] = {
    "ex01_finite_differences": {"players/call.py"},
    "ex02_closures": {"players/scalar_ops.py", "players/engine.py", *_DESIGN, "cases/scalar.py"},
    "ex03_backward": {"players/scalar_walk.py", "players/nodes.py", *_DESIGN, "cases/scalar.py"},
    "ex04_tensor_closures": {"players/tensor.py", *_ARRAYS},
    "ex05_losses": {"players/tensor.py", "players/tensor_losses.py", *_ARRAYS}
    | {"players/tensor_given.py", "players/tensor_reference.py", "players/tensor_rules.py"},
    "ex06_graph_walkers": _GRAPHS,
    "ex07_connection": _GRAPHS,
    "ex08_zero_grad": _TIMELINES,
    "ex09_sgd": _TIMELINES,
    "ex10_sgd_momentum": _TIMELINES,
    "ex11_adaptive": _TIMELINES,
    "ex12_training_loop": {f"players/{name}.py" for name in ("training", "training_build", "training_engine")}
    | {"players/training_watch.py", "players/torch_own.py", "players/nodes.py", *_ARRAYS}
    | {"players/scalar_walk.py", "cases/scalar.py"}
    | {"players/tensor_given.py", "players/tensor_reference.py", "players/tensor_rules.py"},
}

_CLASSES = "Builds graphs and reads them; the walk, the shapes and the names are the student's."
_STEPS = "Acts out events and reads parameters; no optimizer among them makes a step."

WHY: dict[str, str] = {
    "ex01_finite_differences": "Calls the student's functions; slopes are known to the grader only.",
    "ex02_closures": "`engine.py` walks over the nodes that the student's operators made; no concept asks for a walk.",
    "ex03_backward": "Our nodes come with their values and slopes; the walk over them is the student's.",
    "ex04_tensor_closures": "Applies the student's operators. *`tensor_lent.py` answers the concept `unbroadcast`*: "
    "it is lent while other concepts are judged (rows 118 and 119).",
    "ex05_losses": "The engine that the exercise lends, with its rules; no loss is among them.",
    "ex06_graph_walkers": _CLASSES,
    "ex07_connection": _CLASSES,
    "ex08_zero_grad": "Acts out events and reads gradients; nothing among them clears one.",
    "ex09_sgd": _STEPS,
    "ex10_sgd_momentum": _STEPS,
    "ex11_adaptive": _STEPS,
    "ex12_training_loop": "The engine that ex05 lends and a walk over it are handed to the student's functions; "
    "the capstone uses the student's own, which have passed ex03 and ex04 by then.",
}
