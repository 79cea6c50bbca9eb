"""One call of a plain function: of ex01's on a formula, or of any function that torch has too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graders.cases.formula import Formula, formula_from


@dataclass(frozen=True, slots=True)
class Call:
    """A formula at a point.

    Attributes:
        f: The function that is looked at.
        at: One number for each of its arguments.
        arg: Which argument is nudged; None leaves it to the default.
        eps: Size of the nudge; None leaves it to the default.
        lr: Learning rate of a descent.
        steps: Number of its steps.
        tuples: Whether the point is handed over as a tuple rather than a list.
    """

    f: Formula
    at: tuple[float, ...]
    arg: int | None = None
    eps: float | None = None
    lr: float = 0.0
    steps: int = 0
    tuples: bool = False

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return [self.f.wire(), list(self.at), self.arg, self.eps, self.lr, self.steps, self.tuples]

    def size(self) -> tuple[float, ...]:
        """Fewer steps of the formula first, then fewer arguments, fewer options, smaller numbers."""
        options = (self.arg is not None) + (self.eps is not None) + self.tuples
        figures = sum(len(repr(number)) for number in (*self.at, *_constants(self.f)))
        return (len(self.f.steps), len(self.at), options, self.steps, figures, sum(abs(number) for number in self.at))

    def options(self) -> dict[str, Any]:
        """Return the keyword arguments that the case gives to `central_difference`."""
        return {name: value for name, value in (("arg", self.arg), ("eps", self.eps)) if value is not None}

    def point(self) -> Sequence[float]:
        """Return a fresh list (or the tuple) of the point's numbers."""
        return self.at if self.tuples else list(self.at)


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of the student's at a point, for exercises of a course's own.

    Attributes:
        function: Its name in the student's file.
        torch: Dotted name of what gives the truth, such as `"torch.sigmoid"`.
        at: One number for each of its arguments.
    """

    function: str
    torch: str
    at: tuple[float, ...]

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return [self.function, self.torch, list(self.at)]

    def size(self) -> tuple[float, ...]:
        """Fewer figures first, then smaller numbers."""
        return (len(self.at), sum(len(repr(number)) for number in self.at), sum(abs(number) for number in self.at))


def decode(wire: Sequence[Any]) -> Call | Apply:
    """Return the case that its `wire` described."""
    if len(wire) == 3:
        return Apply(wire[0], wire[1], tuple(wire[2]))
    f, at, arg, eps, lr, steps, tuples = wire
    return Call(formula_from(f), tuple(at), arg, eps, lr, steps, tuples)


def labels(case: Call | Apply, play: str) -> list[str]:
    """Return the labels of the answers that `play` notes."""
    if play == "shrinking_error" and isinstance(case, Call):
        return [f"slope, eps={h:g}" for h in nudges(case)]
    return list(_LABELS[play])


def nudges(case: Call) -> tuple[float, float, float]:
    """Return the nudge of a case that watches the error shrink, a tenth and a hundredth of it."""
    eps = case.eps or 0.1
    return eps, eps / 10, eps / 100


def _constants(f: Formula) -> list[float]:
    return [float(step[1]) for step in f.steps if step[0] == "const"]


_LABELS = {
    "function_value": ("value",),
    "function_slope": ("slope",),
    "slope": ("slope",),
    "curve_slope": ("slope",),
    "nudge": ("distance of the nudge",),
    "nudged_arguments": ("list of moved arguments",),
    "gradient": ("gradient", "moved at once"),
    "inputs_kept": ("xs unchanged", "result is a new list"),
    "descent": ("end of the descent", "xs unchanged", "end is not xs"),
}
