"""Which file may be which exercise: claims by name and by a notebook's own metadata, and the reading of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graders.submission.archive import Member
from graders.submission.model import NOTEBOOK_BYTES, SOURCE_BYTES, Refused
from graders.submission.naming import exercise_of, exercises_within, stem_and_kind
from graders.submission.notebook import Notebook, read_notebook
from graders.submission.source import as_utf8, check_source

NOTEBOOKS = 24
"""Most notebooks of one hand-in that are opened to see which exercise they hold."""

EXACT, OTHER_CASE, NEAR, ODD_ENDING = range(4)


@dataclass(frozen=True)
class Claim:
    """A member that may be the file of an exercise.

    Attributes:
        exercise: The exercise.
        rank: Lower is preferred: vague names last, then depth, how close the name is, and notebooks last.
        member: The file.
        kind: `"py"` or `"ipynb"`.
        through: Number of the last cell that belongs to the exercise, in a notebook of several; 0 for all.
    """

    exercise: str
    rank: tuple[int, int, int, int]
    member: Member
    kind: str
    through: int = 0

    @property
    def vague(self) -> bool:
        """Whether the name merely holds the exercise's among other words, or is close to it."""
        return bool(self.rank[0])


@dataclass
class Files:
    """The members of a hand-in, each read once.

    Attributes:
        exercises: Ids that notebooks may name.
    """

    exercises: Sequence[str]
    _notebooks: dict[tuple[str, ...], Notebook | Refused] = field(default_factory=dict)

    def notebook(self, member: Member) -> Notebook:
        """Return a notebook; Refused when it is none."""
        if member.path not in self._notebooks:
            try:
                found: Notebook | Refused = read_notebook(member.shown, member.read(NOTEBOOK_BYTES), self.exercises)
            except Refused as refused:
                found = refused
            self._notebooks[member.path] = found
        notebook = self._notebooks[member.path]
        if isinstance(notebook, Refused):
            raise notebook
        return notebook

    def source(self, member: Member, kind: str, through: int = 0) -> tuple[bytes, tuple[str, ...]]:
        """Return the bytes to grade and notes about them; Refused when they cannot be graded."""
        if kind == "ipynb":
            notebook = self.notebook(member)
            source, notes = notebook.up_to(through) if through else notebook.source, notebook.notes
        else:
            source, notes = as_utf8(member.shown, member.read(2 * SOURCE_BYTES))
        return source, (*notes, *check_source(member.shown, source))


def claims_of(members: Sequence[Member], files: Files, refusals: list[str]) -> Iterator[Claim]:
    """Yield the claims of all members; sentences about notebooks that cannot be opened are added to `refusals`."""
    opened = 0
    for member in members:
        stem, kind, usual = stem_and_kind(member.path[-1])
        if not kind or len(stem) > 200:
            continue
        depth, late = len(member.path), int(kind == "ipynb")
        named = exercise_of(stem, files.exercises)
        if named:
            near = EXACT if stem == named else OTHER_CASE if stem.casefold() == named.casefold() else NEAR
            yield Claim(named, (0, depth, near if usual else ODD_ENDING, late), member, kind)
        elif has_code_ending(member):
            parts: Mapping[str, int] = {}
            if kind == "ipynb" and (opened := opened + 1) <= NOTEBOOKS:
                try:
                    parts = files.notebook(member).parts
                except Refused as refused:
                    refusals.append(str(refused))
            for exercise, last in parts.items():
                yield Claim(exercise, (0, depth, NEAR, late), member, kind, last if len(parts) > 1 else 0)
            for exercise in () if parts else exercises_within(stem, files.exercises):
                yield Claim(exercise, (1, depth, NEAR, late), member, kind)


def has_code_ending(member: Member) -> bool:
    """Return whether a name says that it is code; any other file must have the exercise's own name."""
    return ".py" in member.path[-1].casefold() or ".ipynb" in member.path[-1].casefold()
