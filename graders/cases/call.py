"""One call of a plain function: a formula, where it is looked at, and the options of the call (ex01)."""

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


def decode(wire: Sequence[Any]) -> Call:
    """Return the case that `Call.wire` described."""
    f, at, arg, eps, lr, steps, tuples = wire
    return Call(formula_from(f), tuple(at), arg, eps, lr, steps, tuples)


def labels(case: Call, play: str) -> list[str]:
    """Return the labels of the answers that `play` notes."""
    if play == "shrinking_error":
        return [f"slope, eps={h:g}" for h in nudges(case)]
    return list(_LABELS[play])


def nudges(case: Call) -> tuple[float, float, float]:
    """Return the nudge of a case that watches the error shrink, a tenth and a hundredth of it."""
    eps = case.eps or 0.1
    return eps, eps / 10, eps / 100


def snippet(case: Call, play: str) -> str:
    """Return Python that runs under the student's definitions and prints what `play` compares."""
    return f"{case.f.source()}\n\n{_SNIPPETS[play](case)}\n"


def _constants(f: Formula) -> list[float]:
    return [float(step[1]) for step in f.steps if step[0] == "const"]


def _arguments(case: Call, **changed: float) -> str:
    options = {**case.options(), **changed}
    return ", ".join(["f", *map(repr, case.at), *(f"{name}={value!r}" for name, value in options.items())])


def _slope(case: Call) -> str:
    return f"print(central_difference({_arguments(case)}))"


def _shrinking(case: Call) -> str:
    return "\n".join(f"print(central_difference({_arguments(case, eps=h)}))" for h in nudges(case))


def _nudge(case: Call) -> str:
    names = ", ".join(case.f.names)
    spied = f"def spied({names}):\n    print('f is called at', {names})\n"
    body = f"    return f({names})\n\n"
    return f"{spied}{body}print(central_difference({_arguments(case).replace('f', 'spied', 1)}))"


def _gradient(case: Call) -> str:
    return f"print(numerical_gradient(f, {case.point()!r}))"


def _kept(case: Call) -> str:
    return f"xs = {case.point()!r}\nprint(numerical_gradient(f, xs), xs)"


def _descent(case: Call) -> str:
    return f"xs = {case.point()!r}\nprint(descend(f, xs, lr={case.lr!r}, steps={case.steps!r}), xs)"


_LABELS = {
    "slope": ("slope",),
    "curve_slope": ("slope",),
    "nudge": ("distance of the nudge",),
    "nudged_arguments": ("list of moved arguments",),
    "gradient": ("gradient", "number of arguments moved at once"),
    "inputs_kept": (
        "numerical_gradient leaves the point as it was",
        "numerical_gradient returns a list of its own",
    ),
    "descent": ("end of the descent", "descend leaves the starting point as it was"),
}

_SNIPPETS = {
    "slope": _slope,
    "curve_slope": _slope,
    "shrinking_error": _shrinking,
    "nudge": _nudge,
    "nudged_arguments": _nudge,
    "gradient": _gradient,
    "inputs_kept": _kept,
    "descent": _descent,
}
