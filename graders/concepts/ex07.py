"""ex07_connection: what connects a loss to an optimizer."""

from __future__ import annotations

from collections.abc import Mapping

from graders.concepts.avoids import WALKERS
from graders.concepts.ex07_banks import (
    CONNECTION,
    CUT,
    FROZEN,
    GROUPS,
    IDENTITY,
    ISOLATED,
    LEFT_OVER,
    REACHED,
    SECOND_LOSS,
    STEPPED,
    TOGETHER,
    TRUNK,
    UNCHANGED,
)
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec

_PATHS = "A node that several slots lead to is opened again on every path: remember the nodes that you have seen."

_NOT_ISOLATED = ("shared_trunk", "second_loss", "together")
_ANSWERS = {
    "reached_parameters": ("reached", "cut", "frozen"),
    "connection": ("connection",),
    "stepped": ("stepped",),
    "isolated": _NOT_ISOLATED,
}
"""Concepts in which a function must say something right before it counts that it only reads."""

_OWN = {
    "reached_parameters": ("reached",),
    "connection": ("connection",),
    "stepped": ("stepped",),
    "isolated": ("isolated",),
}
"""The concepts that count it when a function is missing."""


def _checks(banks: Mapping[str, BankSpec], says: Mapping[str, str]) -> tuple[Check, ...]:
    return tuple(Check(ask, sentence, banks[ask], absent=_OWN[ask], hang=_PATHS) for ask, sentence in says.items())


_CONCEPTS = (
    ConceptSpec(
        "reached",
        (Check("leaves", "Every leaf on a path from the loss is reached, Parameter or not, and no other.", REACHED),),
    ),
    ConceptSpec(
        "cut",
        (
            Check(
                "cut",
                "Nothing is reached through detach() or no_grad; a loss that is a leaf reaches itself.",
                CUT,
                absent=_OWN["reached_parameters"],
            ),
        ),
    ),
    ConceptSpec(
        "frozen",
        (
            Check(
                "frozen",
                "A frozen parameter gets no gradient, whether frozen before or after the forward.",
                FROZEN,
                absent=_OWN["reached_parameters"],
            ),
        ),
    ),
    ConceptSpec(
        "shared_trunk",
        _checks(
            TRUNK,
            {
                "reached_parameters": "What is used twice is reached, and each of its leaves is listed once.",
                "isolated": "Two losses over one trunk are not isolated.",
            },
        ),
    ),
    ConceptSpec(
        "second_loss",
        _checks(
            SECOND_LOSS,
            {
                "reached_parameters": "A second loss reaches all leaves from which the prediction was computed.",
                "isolated": "Two losses on one prediction are not isolated.",
            },
        ),
    ),
    ConceptSpec(
        "isolated",
        (
            Check(
                "own",
                "Losses are isolated when no leaf is reached from both, whatever data they share.",
                ISOLATED,
                counts_only_with=_NOT_ISOLATED,
            ),
        ),
    ),
    ConceptSpec(
        "connection",
        tuple(
            Check(name, says, CONNECTION, (name,))
            for name, says in (
                ("updated", "updated lists the leaves that are reached and held."),
                ("held_not_reached", "held_not_reached lists the held parameters that get no gradient from this loss."),
                ("reached_not_held", "reached_not_held lists the reached leaves that the optimizer does not hold."),
            )
        ),
    ),
    ConceptSpec("stepped", (Check("held", "step() moves the held parameters that have a gradient.", STEPPED),)),
    ConceptSpec(
        "groups",
        _checks(
            GROUPS,
            {
                "connection": "All groups of an optimizer are looked at, later ones too.",
                "stepped": "step() goes through all groups.",
            },
        ),
    ),
    ConceptSpec(
        "identity",
        _checks(
            IDENTITY,
            {
                "reached_parameters": "Leaves with equal numbers, or in the same memory, are different leaves.",
                "connection": "The optimizer does not know a new Parameter that replaced an old one.",
                "stepped": "step() moves the objects that were handed over, not those that replaced them.",
                "isolated": "Models with equal numbers are different models.",
            },
        ),
    ),
    ConceptSpec(
        "leftover_grad",
        _checks(
            LEFT_OVER,
            {
                "stepped": "step() moves each held parameter that has a .grad, even an old one, even a frozen one.",
                "connection": "A .grad that is left over does not count as a new one.",
            },
        ),
    ),
    ConceptSpec(
        "together",
        _checks(
            TOGETHER,
            {
                "reached_parameters": "In each combination, those are reached that torch.autograd.grad finds.",
                "connection": "In each combination, updated lists the parameters that get a new gradient and move.",
                "stepped": "In each combination, stepped lists the parameters that step() moves.",
                "isolated": "In each combination, losses are isolated when torch finds no common leaf.",
            },
        ),
    ),
    ConceptSpec(
        "reads_only",
        tuple(
            Check(
                ask,
                f"{ask} changes nothing and returns the same when it is called again.",
                bank,
                absent=_OWN[ask],
                counts_only_with=_ANSWERS[ask],
            )
            for ask, bank in UNCHANGED.items()
        ),
    ),
)


EXERCISE = ExerciseSpec("ex07_connection", _CONCEPTS, avoids=(*WALKERS, "torch.autograd.grad"))
