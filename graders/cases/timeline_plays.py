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


_CLEARING = ("grad", "same_grad", "old_grad", "tracked_grad", "cleared", "no_grad_made", "value", "requires_grad")
_HELD = {"step": ("new_value", "moves", "size", "grad", "same_grad", "no_grad_made"), "zero_grad": ("cleared",)}

PLAYS = {
    "update": Play(
        {
            "step": ("new_value", "kept", "moves", "size", "grad", "same_grad", "no_grad_made"),
            "zero_grad": ("cleared",),
        },
        carry=True,
    ),
    "held": Play(_HELD),
    "freely": Play(_HELD, outside=True),
    "in_place": Play({"step": ("moved", "memory", "dtype")}),
    "clear": Play({"zero_grad": ("grad", "same_grad")}),
    "outside": Play({"step": ("leaf", "requires_grad", "recording"), "backward": ("has_grad",)}, outside=True),
    "options": Play({"step": ("value", "moved", "grad", "same_grad")}),
    "plain": Play({"step": ("value", "moved", "memory", "leaf", "requires_grad", "grad")}, outside=True),
    "moments": Play({"step": ("direction",)}),
    "clearing": Play({"zero_grad": _CLEARING}, outside=True),
    "gathering": Play({"accumulate": ("grad", "has_grad", "tracked_grad")}, others=("grad_changed",), outside=True),
}

LABELS = {
    "value": "{p} after {moment}",
    "moved": "{moment} moves {p}",
    "direction": "direction of {p}'s move in {moment}",
    "memory": "{moment} keeps {p} at its place in memory",
    "dtype": "{p}.dtype after {moment}",
    "leaf": "{p} is a leaf after {moment}",
    "requires_grad": "{p}.requires_grad after {moment}",
    "grad": "{p}.grad after {moment}",
    "same_grad": "{p}.grad is the same tensor as before {moment}",
    "has_grad": "{p} has a gradient after {moment}",
    "tracked_grad": "{p}.grad.requires_grad after {moment}",
    "grad_changed": "{moment} changes {p}.grad",
    "cleared": "{p}.grad is cleared after {moment}",
    "old_grad": "the tensor that was {p}.grad, after {moment}",
    "recording": "operations on {p} are recorded after {moment}",
    "new_value": "{p} after {moment}",
    "moves": "{moment} moves {p}",
    "size": "size of {moment}'s move of {p}",
    "no_grad_made": "no gradient is made up for {p} in {moment}",
    "kept": "{p} holds the new values after {moment}",
}
"""Name to the label of what is noted for a parameter `p` after an event called `moment`."""

ABOUT = {
    "moved": "value",
    "moves": "new_value",
    "size": "new_value",
    "same_grad": "grad",
    "has_grad": "grad",
    "tracked_grad": "grad",
    "grad_changed": "grad",
    "cleared": "grad",
    "old_grad": "grad",
    "no_grad_made": "grad",
}
"""Name of what tells something about a parameter or a gradient to the name of that itself."""
