"""What a report shows of a failure, bounded: the two loss curves, and the failing case with both sides' answers."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graders.judging.replay import Replay
from graders.judging.showing import Room, as_json
from graders.judging.shrink import Failure
from graders.report import Counterexample
from graders.snippets import snippet, style_of
from graders.spec import Check

_MOST_SHOWN = 2048
"""Characters of the student's answers in a counterexample beyond those that torch's take."""

_LONGER = 8
"""Times the length of torch's loss curve up to which a curve is shown."""


def curves(expected: Any, actual: Any) -> dict[str, list[float]] | None:
    """Return two loss curves by name; None where the student's is no list of numbers on any scale, or far too long."""
    torchs, mine = as_json(expected), as_json(actual)
    if not isinstance(mine, list) or len(mine) > _LONGER * max(1, len(torchs)):
        return None
    numbers = all(type(value) is float for value in mine) and math.isfinite(max(mine, default=0) - min(mine, default=0))
    return {"torch": torchs, "yours": mine} if numbers else None


def style(check: Check, failure: Failure, replay: Replay) -> list[Any]:
    """Return how the student's code is used in a failing case; nothing where it is used as everybody's."""
    spec = check.bank
    play = style_of(spec.kind, spec.play)
    if not play:
        return []
    seen = replay.probe(replace(spec, play=play), [failure.case.wire()])
    return [value for value in seen[0].fields if _plain(value)] if seen else []


def _plain(value: Any) -> bool:
    return isinstance(value, bool) or isinstance(value, str) and (not value or value.isidentifier())


def counterexample(check: Check, failure: Failure, style: Sequence[Any] = ()) -> Counterexample:
    """Return a failing case as the report shows it.

    Args:
        check: What fails.
        failure: Where it fails.
        style: What `style` gives.
    """
    spec = check.bank
    wrong = failure.finding.wrong
    expected = {label: as_json(value) for label, value in failure.expected.items()}
    room = Room(_MOST_SHOWN + len(json.dumps(expected)))
    return Counterexample(
        snippet=snippet(spec.kind, failure.case, spec.play, style),
        expected=expected,
        actual={label: room.take(value) for label, value in zip(failure.expected, failure.seen.fields, strict=False)},
        first_divergence=wrong[0] if wrong else None,
        kind=spec.kind,
        case=failure.case.wire(),
    )
