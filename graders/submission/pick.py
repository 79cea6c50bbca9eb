"""Which of many files are the exercises: one rule for folders, zip files and tar files."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from graders.course.record import PICTURES
from graders.submission.archive import Member
from graders.submission.claims import Claim, Files, claims_of
from graders.submission.clues import NO_CLUES, Clues
from graders.submission.guess import guess
from graders.submission.model import Refused
from graders.submission.naming import MANIFEST, suggestion
from graders.submission.notebook import is_copy
from graders.text import plain

_KNOWN = frozenset({
    "timestamp.txt", "submission_secret.txt", MANIFEST, "course.yml", "readme.md", "given_tensor.py",
})  # fmt: skip
"""Files that are nobody's work, of the course's or of a platform's."""
_NATIVE = (".so", ".pyd", ".dll", ".dylib", ".pyc", ".exe")
_CLAIMS = 8
_MANIFEST_BYTES = 1 << 16


@dataclass
class Picked:
    """The exercise files found so far, and what there is to say.

    Attributes:
        files: Exercise file name to its bytes.
        refusals: Sentences about files that could have been exercises and cannot be read.
        notes: Sentences about everything else.
        stubs: Names of those `files` that are untouched stubs.
        assignment: Id of the assignment that `leafgrad submit` noted beside them; empty where it did not.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stubs: set[str] = field(default_factory=set)
    assignment: str = ""

    @property
    def has_work(self) -> bool:
        """Whether there is more in it than untouched stubs."""
        return bool(self.files.keys() - self.stubs)


def pick(members: Sequence[Member], exercises: Sequence[str], clues: Clues = NO_CLUES) -> Picked:
    """Return the exercise files among `members`.

    An exercise's own name comes before a near miss, an upper level before a lower one, a `.py` file before a notebook,
    and every one of them before an untouched stub. Two files with equal claims are refused unless they are the same
    byte for byte. Files that no name explains are told by what they define.
    """
    noted = next((member for member in members if member.path[-1] == MANIFEST), None)
    members = [member for member in members if not is_noise(member.path) and member.path[-1].casefold() not in _KNOWN]
    picked, files = Picked(assignment=_assignment(noted, clues) if noted else ""), Files(exercises)
    by_exercise: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims_of(members, files, picked.refusals):
        by_exercise[claim.exercise].append(claim)
    used: set[tuple[str, ...]] = set()
    top = min((claim.rank[1] for claims in by_exercise.values() for claim in claims), default=0)
    for exercise in sorted(by_exercise):
        choice = _Choice(exercise, files, clues, picked)
        used |= choice.settle(sorted(by_exercise[exercise], key=lambda claim: claim.rank), top)
    rest = [member for member in members if member.path not in used]
    asked = clues.asked or exercises
    unfound = [one for one in exercises if f"{one}.py" not in picked.files.keys() - picked.stubs]
    missing, others = [one for one in unfound if one in asked], [one for one in unfound if one not in asked]
    for guessed in guess(rest, missing, others, len(asked) == 1, files, clues):
        if guessed.source is None:
            picked.refusals.append(guessed.says)
        else:
            name = f"{guessed.exercise}.py"
            picked.files[name] = guessed.source
            picked.stubs.discard(name)
            picked.notes += [guessed.says, *guessed.notes]
        used |= {member.path for member in guessed.members}
    picked.notes += _left_out([member for member in members if member.path not in used], asked)
    return picked


def _assignment(manifest: Member, clues: Clues) -> str:
    """Return the assignment of the course that a manifest names; it is the student's file, and may say anything."""
    try:
        said = json.loads(manifest.read(_MANIFEST_BYTES))
    except (Refused, ValueError, RecursionError):
        return ""
    name = said.get("assignment") if isinstance(said, dict) else None
    return name if isinstance(name, str) and name in clues.assignments else ""


def is_noise(path: tuple[str, ...]) -> bool:
    """Return whether a file is hidden, or made by a program and not by the student."""
    return any(part.startswith(".") or part in ("__MACOSX", "__pycache__", "node_modules") for part in path)


@dataclass
class _Choice:
    """The choice among all claims on one exercise."""

    exercise: str
    files: Files
    clues: Clues
    picked: Picked

    @property
    def _name(self) -> str:
        return f"{self.exercise}.py"

    def settle(self, claims: list[Claim], top: int) -> set[tuple[str, ...]]:
        """Take the best claim that can be read, work before stubs; return the places that need no more words.

        Args:
            claims: In order of rank.
            top: Depth of the uppermost exercise file; stubs further down are nobody's hand-in.
        """
        stubs: list[Claim] = []
        for _, group in groupby(claims, key=lambda claim: claim.rank):
            equal = list(group)
            try:
                contents = self._contents(equal, stubs)
            except Refused as refused:
                self.picked.refusals.append(str(refused))
                return {claim.member.path for claim in claims}
            if contents:
                source, claim = next(iter(contents.items()))
                self._take(source, claim, claims, stubs)
                return {claim.member.path for claim in claims}
        if stubs and stubs[0].rank[1] == top:
            self._take(self.files.source(stubs[0].member, stubs[0].kind)[0], stubs[0], claims, [])
            self.picked.stubs.add(self._name)
        elif stubs or not claims[0].vague:
            return {claim.member.path for claim in claims}
        return {claim.member.path for claim in stubs}

    def _contents(self, equal: list[Claim], stubs: list[Claim]) -> dict[bytes, Claim]:
        """Return the content of equal claims, at most one; untouched stubs are added to `stubs`."""
        if len(equal) > _CLAIMS:
            raise Refused(f"{self._name} is there {len(equal)} times: keep one of them.")
        contents: dict[bytes, Claim] = {}
        for claim in equal:
            try:
                source, notes = self.files.source(claim.member, claim.kind, claim.through)
            except Refused as refused:
                self.picked.refusals.append(str(refused))
                continue
            if self.clues.is_stub(self.exercise, source):
                stubs.append(claim)
            elif not (claim.vague and self._is_another(source)):
                contents[source] = contents.get(source, claim)
                self.picked.notes += notes
        if len(contents) > 1:
            where = _shown(equal)
            raise Refused(f"{self._name} is there more than once, with differences ({where}): keep one of them.")
        return contents

    def _is_another(self, source: bytes) -> bool:
        """Return whether a file defines what other exercises ask for and nothing of this one."""
        if self.clues.defines is None:
            return False
        defined, names = self.clues.defines(source), self.clues.names
        return not defined & names.get(self.exercise, frozenset()) and any(defined & one for one in names.values())

    def _take(self, source: bytes, claim: Claim, claims: list[Claim], stubs: list[Claim]) -> None:
        self.picked.files[self._name] = source
        file = claim.member.path[-1]
        if file != self._name and file != f"{self.exercise}.ipynb":
            self.picked.notes.append(f"{_spelled(claim.member)} is read as {self._name}.")
        if stubs:
            where = claim.member.shown
            self.picked.notes.append(f"{_shown(stubs)}: the untouched stub; {where} is graded in its place.")
        rest = [one for one in claims if one not in stubs and one is not claim and not self._repeats(one, source)]
        if rest:
            self.picked.notes.append(f"{_shown(rest)}: not read, since {claim.member.shown} is there.")

    def _repeats(self, claim: Claim, source: bytes) -> bool:
        """Return whether a claim is the same file, or the notebook that `leafgrad submit` sends along with it."""
        try:
            if claim.kind == "ipynb" and is_copy(self.files.notebook(claim.member), source):
                return True
            return self.files.source(claim.member, claim.kind, claim.through)[0] == source
        except Refused:
            return False


def _left_out(members: Sequence[Member], exercises: Sequence[str]) -> list[str]:
    """Return sentences about the files that are not exercises."""
    notes = []
    native = [member for member in members if member.path[-1].casefold().endswith(_NATIVE)]
    python = [member for member in members if member.path[-1].endswith(".py")]
    other = [one for one in members if one not in {*native, *python} and not _is_ours(one)]
    if native:
        notes.append(f"{listed(native)}: ignored, compiled code is never loaded.")
    for member in python[:3]:
        stem = member.path[-1].removesuffix(".py")
        what = f"{_spelled(member)} is not one of the exercise files and is ignored"
        notes.append(f"{what} ({suggestion(stem, exercises)}).")
    if len(python) > 3:
        notes.append(f"{listed(python[3:])}: ignored as well.")
    if other:
        notes.append(f"{listed(other)}: ignored.")
    return notes


def _is_ours(member: Member) -> bool:
    """Return whether a file is a picture of the exercises, or what `leafgrad reset` keeps: there is nothing to tell."""
    picture = member.path[-2:-1] == (PICTURES,) and member.path[-1].endswith(".svg")
    return picture or re.search(r"\.\d{8}-\d{6}\.bak$", member.path[-1]) is not None


def listed(members: Sequence[Member]) -> str:
    """Return the names of a few members and how many more there are."""
    names = [plain(member.shown, limit=60) for member in members[:3]]
    return ", ".join(names) + (f" and {len(members) - 3} more" if len(members) > 3 else "")


def _spelled(member: Member) -> str:
    """Return a name so that letters which only look like ASCII can be told from those that are."""
    name = member.path[-1]
    if name.isascii() or not name.isprintable():
        return member.shown
    return f"{member.shown} (spelled {plain(name.encode('ascii', 'backslashreplace').decode(), limit=100)})"


def _shown(claims: Sequence[Claim]) -> str:
    names = Counter(claim.member.shown for claim in claims)
    return ", ".join(name if count == 1 else f"{count} times {name}" for name, count in names.items())
