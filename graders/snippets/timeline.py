"""Timelines as Python that runs under the student's own definitions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from graders.cases.timeline import Accumulate, Backward, Step, Timeline, ZeroGrad
from graders.cases.timeline_plays import ABOUT, LABELS, PLAYS, Play
from graders.snippets import Bare
from graders.snippets.timeline_events import event_lines, handing, leaf_line

_UNWATCHED = Play({})

_WATCHED: dict[type[Any], str] = {
    Step: "step",
    ZeroGrad: "zero_grad",
    Backward: "backward",
    Accumulate: "accumulate",
}

_TEXTS = {
    "value": "{p}.tolist()",
    "moved": "{p}.tolist() != {old}.tolist()",
    "direction": "direction({p}.detach() - {old})",
    "memory": "{p}.data_ptr() == {place}",
    "dtype": "{p}.dtype",
    "leaf": "{p}.is_leaf",
    "requires_grad": "{p}.requires_grad",
    "grad": "numbers({p}.grad)",
    "same_grad": "{p}.grad is {grad}",
    "has_grad": "{p}.grad is not None",
    "no_grad_made": "{grad} is not None or {p}.grad is None",
    "grad_changed": "numbers({p}.grad) != {held}",
    "cleared": "{p}.grad is None or not {p}.grad.any()",
    "old_grad": "numbers({grad})",
    "tracked_grad": "{p}.grad is not None and {p}.grad.requires_grad",
    "recording": "({p} * 1.0).grad_fn is not None",
    "new_value": "{p}.tolist()",
    "moves": "{p}.tolist() != {old}.tolist()",
    "size": "({p}.detach() - {old}).abs().tolist()",
}
"""Name to how it is written of a parameter `p`; what was before the event has the names in `_BEFORE`."""

_BEFORE = {"old": "{p}.detach().clone()", "place": "{p}.data_ptr()", "grad": "{p}.grad", "held": "numbers({p}.grad)"}
"""Name in `_TEXTS` to how it is taken before the event."""

_NUMBERS = "numbers = lambda tensor: None if tensor is None else tensor.tolist()"
_DIRECTION = """\
def direction(move):  # scaled so that its largest size is 1
    size = move.abs().max()
    return (move * 0 if size <= 1e-9 else move / size).tolist()
"""


def snippet(case: Timeline, play: str, style: Sequence[Any] = (), shown: Collection[str] | None = None) -> str:
    """Return the code of `case`, printing what the play of that name notes.

    Args:
        case: The case.
        play: The play.
        style: Whether the student's code does the same where gradients are recorded, whether its optimizers have `lr`,
            and whether they have `param_groups`; nothing is known without.
        shown: Labels of the rows that are printed; None for all.
    """
    told = PLAYS.get(play, _UNWATCHED)
    lines = list(handing(case, play))
    counts: dict[str, int] = {}
    for event in () if play in ("construct", "groups") else case.events:
        name = _WATCHED.get(type(event), "")
        facts: dict[int, list[str]] = {}
        moment = name
        if name in told.watch:
            counts[name] = counts.get(name, 0) + 1
            moment = f"{name} {counts[name]}" if name == "step" or counts[name] > 1 else name
            facts = _facts(case, told, name, moment, shown)
        free = told.outside or style[:1] == [True] or name not in ("step", "zero_grad")
        *prepared, call = event_lines(case, event, play, style[1:])
        lines += [*prepared, *_looked(facts, moment, call if free else f"with torch.no_grad(): {call}")]
    made = ["import torch", "", *(leaf_line(place, leaf) for place, leaf in enumerate(case.params))]
    made += [_NUMBERS] if any("numbers(" in line for line in lines) else []
    made += ["", *_DIRECTION.splitlines(), ""] if any("direction(" in line for line in lines) else []
    return "\n".join(made + lines)


def shown_rows(labels: Sequence[str], judged: Collection[str]) -> list[str]:
    """Return the labels of the rows that a report shows: those that are judged, and what they tell something about."""
    about = [label for label in judged for label in (label, _about(label)) if label in labels]
    return [label for label in labels if label in about] or list(labels)


def _about(label: str) -> str:
    for name, other in ABOUT.items():
        pattern = re.escape(LABELS[name]).replace(r"\{p\}", r"(?P<p>p\d+)").replace(r"\{moment\}", "(?P<moment>.+)")
        if found := re.fullmatch(pattern, label):
            return LABELS[other].format(**found.groupdict())
    return label


def style_of(play: str) -> str:
    """Return the play that notes whether the code does the same where gradients are recorded, for one without them."""
    told = PLAYS.get(play, _UNWATCHED)
    return "freely" if told.watch and not told.outside else ""


def bare_of(play: str) -> Bare | None:
    """Return the play that leaves a parameter as the student's step leaves it, for one that carries it on."""
    return Bare("held", " holds the new values ", _not_stored) if PLAYS.get(play, _UNWATCHED).carry else None


def _not_stored(label: str, value: str) -> str:
    computed = f"{value} without storing that" if label.startswith("p") else "new numbers without storing them"
    return f"Your step computes {computed} in the parameter."


def _facts(case: Timeline, told: Play, name: str, moment: str, shown: Collection[str] | None) -> dict[int, list[str]]:
    """Return, for each parameter, the names of what is printed of it after an event."""
    handed = set(case.handed())
    noted = {place: told.watch[name] + (() if place in handed else told.others) for place in range(len(case.params))}
    return {
        place: [one for one in names if one in _TEXTS and (shown is None or _label(one, moment, f"p{place}") in shown)]
        for place, names in noted.items()
    }


def _label(name: str, moment: str, p: str) -> str:
    return LABELS[name].format(moment=moment, p=p)


def _looked(facts: Mapping[int, Sequence[str]], moment: str, call: str) -> Iterator[str]:
    """Yield the lines of an event and those that print what is told of each parameter, in a loop where all is alike."""
    places = [place for place in facts if facts[place]]
    texts = list(facts[places[0]]) if places else []
    if len(places) > 1 and places == list(range(len(places))) and all(facts[place] == texts for place in places):
        every = ", ".join(f"p{place}" for place in places)
        kept = {name: f"{name}s[n]" for name in _kept(texts)}
        yield from (f"{name}s = [{_BEFORE[name].format(p='p')} for p in [{every}]]" for name in kept)
        yield call
        yield f"for n, p in enumerate([{every}]):"
        yield from (f"    {_printed(one, moment, 'p{n}', 'p', kept)}" for one in texts)
        return
    for place in places:
        yield from (f"{name}{place} = {_BEFORE[name].format(p=f'p{place}')}" for name in _kept(facts[place]))
    yield call
    for place in places:
        kept = {name: f"{name}{place}" for name in _kept(facts[place])}
        yield from (_printed(one, moment, f"p{place}", f"p{place}", kept) for one in facts[place])


def _printed(name: str, moment: str, told: str, p: str, kept: Mapping[str, str]) -> str:
    """Return the line that prints a fact of a parameter, which is called `told` and is the variable `p`."""
    form = "f" if "{" in told else ""
    return f'print({form}"{_label(name, moment, told)}", {_TEXTS[name].format(p=p, **kept)})'


def _kept(names: Iterable[str]) -> list[str]:
    """Return what has to be taken before an event so that these can be told after it."""
    texts = " ".join(_TEXTS[name] for name in names)
    return [name for name in _BEFORE if f"{{{name}}}" in texts]
