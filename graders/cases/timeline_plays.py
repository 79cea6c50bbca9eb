"""How timelines are watched: what is noted after which event, and under which label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Play:
    """How a timeline is watched.

    Attributes:
        watch: Name of a kind of event to the names of what is noted after it.
        outside: Whether watched events run with gradients recorded.
        others: Names of what is noted besides for parameters that are not handed over.
        carry: Whether a parameter that did not move goes on from the values that the step computed for it.
    """

    watch: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...] = ()
    outside: bool = False
    carry: bool = False


_CLEARING = ("grad", "same_grad", "old_grad", "plain_grad", "cleared", "no_grad_made", "value", "requires_grad")

PLAYS = {
    "update": Play(
        {
            "step": ("new_value", "kept", "moves", "size", "grad", "same_grad", "no_grad_made"),
            "zero_grad": ("cleared",),
        },
        carry=True,
    ),
    "held": Play(
        {"step": ("new_value", "moves", "size", "grad", "same_grad", "no_grad_made"), "zero_grad": ("cleared",)}
    ),
    "in_place": Play({"step": ("moved", "memory", "dtype")}),
    "clear": Play({"zero_grad": ("grad", "same_grad")}),
    "outside": Play({"step": ("leaf", "requires_grad", "recording"), "backward": ("has_grad",)}, outside=True),
    "options": Play({"step": ("value", "moved", "grad", "same_grad")}),
    "plain": Play({"step": ("value", "moved", "memory", "leaf", "requires_grad", "grad")}, outside=True),
    "moments": Play({"step": ("direction",)}),
    "clearing": Play({"zero_grad": _CLEARING}, outside=True),
    "gathering": Play({"accumulate": ("grad", "has_grad", "plain_grad")}, others=("grad_changed",), outside=True),
}

LABELS = {
    "value": "after {moment}: {p}",
    "moved": "after {moment}: {p} has moved",
    "direction": "after {moment}: direction of {p}'s move",
    "memory": "after {moment}: {p} is at the same place in memory",
    "dtype": "after {moment}: {p}.dtype",
    "leaf": "after {moment}: {p} is a leaf",
    "requires_grad": "after {moment}: {p}.requires_grad",
    "grad": "after {moment}: {p}.grad",
    "same_grad": "after {moment}: {p}.grad is the same tensor",
    "has_grad": "after {moment}: {p} has a gradient",
    "no_grad_made": "after {moment}: no gradient is made up for {p}",
    "grad_changed": "after {moment}: {p}.grad has changed",
    "cleared": "after {moment}: {p}.grad is cleared",
    "old_grad": "after {moment}: the tensor that {p}.grad was",
    "plain_grad": "after {moment}: {p}.grad has no history",
    "recording": "after {moment}: gradients of {p} are still recorded",
    "new_value": "the new {p} of {moment}",
    "moves": "{moment} moves {p}",
    "size": "size of {moment}'s move of {p}",
    "kept": "after {moment}: {p} holds the new values",
}
"""Name to the label of what is noted for a parameter `p` after an event called `moment`."""
