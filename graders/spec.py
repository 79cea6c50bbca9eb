"""What a concept file declares: concepts, their checks, the banks those judge, and the wrong ideas they can name.

Reading the declarations imports neither hypothesis nor torch: strategies, oracles and players are named by the kind of
case and the name of a function, which also cross the wire, and are looked up when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from graders.cases import KINDS, Case
from graders.snippets import bare_of, style_of

Rule = Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Sequence[str]]
"""`(case, expected, actual) -> labels that are wrong`, for answers that are right in more than one form."""


@dataclass(frozen=True)
class BankSpec:
    """How one bank of cases is made and replayed.

    Attributes:
        id: Name of the bank, unique in its exercise, such as `"mul"` or `"order"`.
        kind: Kind of case: the file name shared by `cases`, `strategies`, `oracles` and `players`.
        play: Name of the function in `players/<kind>.py` that replays a case on the student's objects, and of the
            one in `oracles/<kind>.py` that computes what torch gives.
        draw: Name of the function in `strategies/<kind>.py` that returns the Hypothesis strategy; empty when the
            bank consists of its fixed cases.
        params: Keyword arguments of that function.
        fixed: Hand-picked cases, placed in front of the drawn ones, whose number is in `banks/sizes.json`.
        wall: Seconds that one case may take; None for the course's default.
        reference: Returns a right implementation free of torch, see `graders/banks/references.py`. Building the bank
            proves it equal to torch on every case; the search for a smaller failing case then uses it, so that a
            student's check need not import torch. None: torch is used.
        predict: Whether the answers of wrong ideas are computed on this bank; False where one of them would never end.
    """

    id: str
    kind: str
    play: str
    draw: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    fixed: tuple[Case, ...] = ()
    wall: float | None = None
    reference: Callable[[], Any] | None = field(default=None, repr=False)  # the repr decides where a bank is kept
    predict: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"bank {self.id!r}: kind {self.kind!r} is not one of {', '.join(KINDS)}")
        if not self.draw and not self.fixed:
            raise ValueError(f"bank {self.id!r} has neither a strategy to draw from nor fixed cases")

    def strategy(self) -> Any:
        """Return the Hypothesis strategy of this bank (imports hypothesis)."""
        return getattr(import_module(f"graders.strategies.{self.kind}"), self.draw)(**self.params)

    def oracle(self) -> Any:
        """Return the function `case -> {label: value}` that computes the truth (imports torch)."""
        return getattr(import_module(f"graders.oracles.{self.kind}"), self.play)

    def labels(self) -> Any:
        """Return the function `case -> labels` in the oracle's order, without torch; only kinds with a `reference`
        have one, `labels(case, play)` in `cases/<kind>.py`."""
        name = import_module(f"graders.cases.{self.kind}").labels
        return lambda case: name(case, self.play)

    def player(self) -> Any:
        """Return the function `(case, subject, seen) -> None` that replays a case."""
        return getattr(import_module(f"graders.players.{self.kind}"), self.play)


@dataclass(frozen=True)
class Check:
    """One statement about the student's code, judged all-or-nothing over a bank.

    Attributes:
        id: Name, unique in its concept.
        says: The sentence the student reads: what right code does.
        bank: The bank whose observations are judged. Checks that share a bank share one replay of it.
        labels: Shell patterns of the labels that this check looks at, such as `("*.grad",)`.
        weight: Share of the concept's points, relative to its other checks.
        absent: Ids of the concepts, in its exercise, that count it when the student's code does not define the thing
            at all: the check is left out when one of them has lost something. Empty: it fails.
        owners: Tells which of them count it in one case, see `graders/judging/rules/owners.py`; None for all.
        optional: Whether right code may do without the thing; the check is then left out.
        dtype: Ids of the concepts, in its exercise, that count it when an array is stored as float32 where torch gives
            float64: its numbers are then compared at float32's precision. Empty: it fails.
        rule: For answers that are right in more than one form, see `graders/judging/rules/`; None for plain
            comparison with the truth.
        hang: What a time-out or an exhausted stack tells about the code, said in the report; empty for the general
            sentence.
        counts_only_with: Ids of concepts, in its exercise, for a check that code which does nothing passes as well: it
            counts only with a passed check of one of them that says something by itself.
    """

    id: str
    says: str
    bank: BankSpec
    labels: tuple[str, ...] = ("*",)
    weight: float = 1.0
    absent: tuple[str, ...] = ()
    owners: Callable[[Any], tuple[str, ...]] | None = None
    optional: bool = False
    dtype: tuple[str, ...] = ()
    rule: Rule | None = None
    hang: str = ""
    counts_only_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConceptSpec:
    """The checks behind one concept of course.yml, which holds its title, points, hints and `requires`."""

    id: str
    checks: tuple[Check, ...]

    def __post_init__(self) -> None:
        ids = [check.id for check in self.checks]
        if len(set(ids)) != len(ids) or not ids:
            raise ValueError(f"concept {self.id!r} needs checks with different ids, not {ids}")


@dataclass(frozen=True)
class Misconception:
    """A wrong idea whose answers can be predicted.

    Attributes:
        id: Name in the field's words, such as `"overwrites_grad"`.
        sentence: What the student is told, at most two sentences.
        concepts: Ids of the concepts, in its exercise, whose failures it may explain.
        given: Ids of concepts that must pass before the sentence may be said: where they fail, code that does nothing
            at all gives the same answers.
        spares: Ids of concepts, in its exercise, that the idea changes the answers of without concerning them. Where
            another concept counts it, they are right with its answers as well as with torch's.
    """

    id: str
    sentence: str
    concepts: tuple[str, ...]
    given: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()

    @property
    def counted_by(self) -> tuple[str, ...]:
        """The concepts that lose something by it."""
        return tuple(concept for concept in self.concepts if concept not in self.spares)


@dataclass(frozen=True)
class ExerciseSpec:
    """What `graders/concepts/exNN.py` offers under the name `EXERCISE`.

    Attributes:
        id: The exercise's file stem, such as `"ex02_closures"`.
        concepts: In the order of course.yml.
        supplies: File stem to the name of a module of ours that stands in for the student's own file while this
            exercise is judged, such as a trusted Tensor for ex05.
        avoids: Dotted names, such as `"torch.optim"`, that the exercise asks to do without. In the worker a stand-in
            takes their place, which fails at its first use; a mention of them is shown to the instructor.
        stays: Dotted names below those of `avoids` that may be used all the same, such as
            `"torch.optim.Optimizer"` as a base class.
    """

    id: str
    concepts: tuple[ConceptSpec, ...]
    supplies: Mapping[str, str] = field(default_factory=dict)
    avoids: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()

    def plays(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, play) of every bank, each once, and of what notes how the student's code is used in a case, or
        what it gives without help.
        """
        return self._plays

    def banks(self) -> tuple[BankSpec, ...]:
        """Return the banks of all checks, each once, in the order of first use."""
        return self._banks

    @cached_property
    def _plays(self) -> tuple[tuple[str, str], ...]:
        plays = [(bank.kind, bank.play) for bank in self.banks()]
        styles = [(kind, style) for kind, play in plays if (style := style_of(kind, play))]
        bare = [(kind, found.play) for kind, play in plays if (found := bare_of(kind, play))]
        return tuple(dict.fromkeys([*plays, *styles, *bare]))

    @cached_property
    def _banks(self) -> tuple[BankSpec, ...]:
        found: dict[str, BankSpec] = {}
        for concept in self.concepts:
            for check in concept.checks:
                known = found.setdefault(check.bank.id, check.bank)
                if known is not check.bank:
                    raise ValueError(f"{self.id}: two different banks are called {known.id!r}")
        return tuple(found.values())

    def concept(self, concept_id: str) -> ConceptSpec:
        """Return the concept with that id; KeyError when there is none."""
        for concept in self.concepts:
            if concept.id == concept_id:
                return concept
        raise KeyError(concept_id)


def concept_file(exercise: str) -> Path:
    """Return the file with the declarations of an exercise: `concepts/ex02.py` for `"ex02_closures"`."""
    return Path(__file__).parent / "concepts" / f"{exercise.split('_', 1)[0]}.py"


def load_spec(exercise: str) -> ExerciseSpec:
    """Return the declarations of one exercise, `"ex02_closures"` for example."""
    spec: ExerciseSpec = import_module(f"graders.concepts.{concept_file(exercise).stem}").EXERCISE
    return spec
