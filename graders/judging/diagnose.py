"""Naming the wrong idea behind a failed concept, or keeping silent.

Each misconception's answers over a bank are stored beside torch's. When the student's answers equal those of one of
them on every case of the concept's banks, at least two cases fail, and no other misconception fits as well, its
sentence is true of this code and is said. A wrong diagnosis costs more trust than none, so two candidates give none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from graders import observation
from graders.banks.bank import Bank
from graders.judging.compare import Tolerance, agree
from graders.judging.finding import judged
from graders.judging.single import agree_in_float32, largest, stored
from graders.observation import TOO_MUCH, Observation
from graders.spec import Check, ConceptSpec, ExerciseSpec, Misconception

_OWN = re.compile(r"'[^']*'|[\w.<>]+\(\)|\w+(?=\.__)|\d+")
"""Quoted names, called functions, a class before a method with underscores, numbers."""

_VAGUE = ("", "TypeError", "AttributeError", "RuntimeError", TOO_MUCH)
"""Exceptions that are raised for several reasons; without a name are the sentences of our own players."""

_EVIDENCE = 2
"""Failing cases that a diagnosis needs."""


def diagnose(
    exercise: ExerciseSpec,
    concept: ConceptSpec,
    banks: Mapping[str, Bank],
    seen: Mapping[str, Sequence[Observation]],
    failing: Mapping[str, int],
    tolerance: Tolerance,
    observe: Callable[[Iterable[ConceptSpec]], None],
) -> Misconception | None:
    """Return the one misconception that explains every answer, None when none or several do.

    When several explain the answers of the concept, those count that explain the other concepts they are about too.

    Args:
        exercise: The exercise.
        concept: The failed concept.
        banks: Bank id to bank.
        seen: Bank id to what the student's code gave.
        failing: Bank id to the number of cases on which some check of the concept failed.
        tolerance: For the comparison with the predicted answers.
        observe: Replays the banks of other concepts and adds what they gave to `seen`.
    """
    if sum(failing.values()) < _EVIDENCE:
        return None
    if not any(failing.get(check.bank.id) and check.bank.predict for check in concept.checks):
        return None
    ideas = dict.fromkeys(idea for bank in banks.values() for idea in bank.wrong if concept.id in idea.concepts)
    candidates = [idea for idea in ideas if explains_all(idea, concept, banks, seen, tolerance)]
    if len(candidates) > 1:
        others = {name for one in candidates for name in one.concepts} - {concept.id}
        specs = [exercise.concept(name) for name in sorted(others)]
        observe(specs)
        candidates = [
            one
            for one in candidates
            if all(explains_all(one, spec, banks, seen, tolerance) for spec in specs if spec.id in one.concepts)
        ]
    return candidates[0] if len(candidates) == 1 else None


def explains_all(
    misconception: Misconception,
    concept: ConceptSpec,
    banks: Mapping[str, Bank],
    seen: Mapping[str, Sequence[Observation]],
    tolerance: Tolerance,
) -> bool:
    """Return whether the answers over all banks of a concept for which there are predictions are a misconception's."""
    return all(
        explains(misconception, check, banks[check.bank.id], seen[check.bank.id], tolerance)
        for check in concept.checks
        if check.bank.predict
    )


def explains(
    misconception: Misconception, check: Check, bank: Bank, seen: Sequence[Observation], tolerance: Tolerance
) -> bool:
    """Return whether the answers over a bank are those of a misconception, as far as a check looks at them."""
    predicted = bank.wrong.get(misconception)
    if predicted is None or len(seen) != len(predicted):
        return False
    return all(
        _same_answer(check, bank, index, mine, theirs, tolerance)
        for index, (mine, theirs) in enumerate(zip(seen, predicted, strict=True))
    )


def _said(seen: Observation) -> str:
    """Return what belongs to the type of an exception, which alone says little in the cases of `_VAGUE`.

    A TypeError is a missing method as well as a result of None: there the words count, but not the names and numbers
    in them, which are the student's own. What tells one AttributeError from another is who was asked, not for what.
    """
    if seen.status != observation.RAISED or seen.error not in _VAGUE:
        return ""
    return seen.text.partition(" has no ")[0] if seen.error == "AttributeError" else _OWN.sub("", seen.text)


def _same_answer(
    check: Check, bank: Bank, index: int, mine: Observation, theirs: Observation, tolerance: Tolerance
) -> bool:
    if (mine.status == observation.OK) != (theirs.status == observation.OK) or mine.error != theirs.error:
        return False
    if _said(mine) != _said(theirs):
        return False
    if mine.fields == theirs.fields:
        return True
    concerned = judged(check.labels, tuple(bank.expected[index]))
    narrow = bool(check.dtype) and stored(mine.fields, theirs.fields)
    size = largest(theirs.fields, bank.case(index)) if narrow else 0.0
    return all(
        (position >= len(mine.fields) and position >= len(theirs.fields))
        or (
            position < min(len(mine.fields), len(theirs.fields))
            and (
                agree(mine.fields[position], theirs.fields[position], tolerance)
                or (narrow and agree_in_float32(mine.fields[position], theirs.fields[position], size))
            )
        )
        for position in concerned
    )
