"""What a report shows of a failure, bounded: the two loss curves, and the failing case with both sides' answers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from graders.judging.compare import Tolerance
from graders.judging.finding import NO_FAILURE, find, judged
from graders.judging.messages import plainest
from graders.judging.replay import Replay
from graders.judging.showing import Room, as_json, show
from graders.judging.shrink import Failure
from graders.observation import OK, RAISED
from graders.report import Counterexample
from graders.snippets import bare_of, plainer, shown_of, snippet, style_of
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


def as_printed(
    check: Check, failure: Failure, replay: Replay, tolerance: Tolerance, counted: Callable[[str], bool]
) -> Failure:
    """Return a failure with what its snippet prints, where the play that is judged helps the student's code along."""
    spec = check.bank
    bare = bare_of(spec.kind, spec.play)
    if bare is None or failure.seen.status not in (OK, RAISED):
        return failure
    expected = {label: value for label, value in failure.expected.items() if bare.lacks not in label}
    fields = zip(failure.expected, failure.seen.fields, strict=False)
    helped = {label: value for label, value in fields if label in expected}
    times = 2 if failure.after == "itself" else 1
    seen = replay.probe(replace(spec, play=bare.play), [failure.case.wire()] * times)[times - 1 :]
    if not seen or seen[0].fields == list(helped.values()):
        return failure
    finding = find(check, lambda: failure.case, expected, seen[0], tolerance).here(counted)
    if finding.status in NO_FAILURE or not finding.wrong:
        return failure
    note = bare.note(finding.wrong[0], show(helped.get(finding.wrong[0])))
    return replace(failure, expected=expected, seen=seen[0], finding=finding, play=bare.play, note=note)


def _plain(value: Any) -> bool:
    return isinstance(value, bool) or isinstance(value, str) and (not value or value.isidentifier())


def counterexample(
    check: Check, failure: Failure, tolerance: Tolerance, style: Sequence[Any] = ()
) -> Counterexample | None:
    """Return a failing case as the report shows it, None for one that is right unless others ran before.

    Args:
        check: What fails.
        failure: Where it fails.
        tolerance: For the comparison.
        style: What `style` gives.
    """
    if failure.after == "others":
        return None
    spec = check.bank
    labels, wrong = tuple(failure.expected), failure.finding.wrong
    concerned = [labels[place] for place in judged(check.labels, labels)]
    told = [plainest(check, label, failure, tolerance) for label in wrong]
    if not set(told) & set(wrong):  # what each tells about differs as well, and says more
        concerned, wrong = [plainer(spec.kind, labels, label)[0] for label in concerned], tuple(told)
    shown = shown_of(spec.kind, labels, [*concerned, *wrong])
    expected = {label: as_json(failure.expected[label]) for label in shown}
    room = Room(_MOST_SHOWN + len(json.dumps(expected)))
    return Counterexample(
        snippet=snippet(spec.kind, failure.case, failure.play or spec.play, style, failure.after == "itself", shown),
        expected=expected,
        actual={
            label: room.take(value)
            for label, value in zip(failure.expected, failure.seen.fields, strict=False)
            if label in expected
        },
        first_divergence=wrong[0] if wrong else None,
        kind=spec.kind,
        case=failure.case.wire(),
    )
