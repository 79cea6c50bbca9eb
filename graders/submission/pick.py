"""Which of many files are the exercises: one rule for folders, zip files and tar files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graders.submission.archive import SUFFIXES, Member
from graders.submission.model import DEPTH, NOTEBOOK_BYTES, SOURCE_BYTES, Refused
from graders.submission.naming import exercise_of, suggestion
from graders.submission.notebook import is_copy, read_notebook
from graders.submission.source import check_source
from graders.text import plain

_KNOWN = frozenset({"timestamp.txt", "submission_secret.txt", "leafgrad-manifest.json", "course.yml", "readme.md"})
_NATIVE = (".so", ".pyd", ".dll", ".dylib", ".pyc", ".exe")
_NOTEBOOKS = 24
_CLAIMS = 8


@dataclass
class Picked:
    """The exercise files found so far, and what there is to say.

    Attributes:
        files: Exercise file name to its bytes.
        refusals: Sentences about files that could have been exercises and cannot be read.
        notes: Sentences about everything else.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    """A member that may be the file of `exercise`; a lower rank is preferred."""

    exercise: str
    rank: int
    member: Member


def pick(members: Sequence[Member], exercises: Sequence[str]) -> Picked:
    """Return the exercise files among `members`, from the uppermost level that has any.

    An exercise's own name comes before a near miss, a `.py` file before a notebook. Two files with equal claims are
    refused unless they are the same byte for byte.
    """
    members = [member for member in members if not _is_noise(member.path)]
    picked = Picked()
    for depth in range(DEPTH + 1):
        level = [member for member in members if len(member.path) == depth + 1]
        candidates = _candidates(level, exercises, picked)
        if candidates:
            _settle(candidates, picked)
            used = {candidate.member.path for candidate in candidates}
            picked.notes += _left_out([member for member in members if member.path not in used], exercises)
            return picked
    picked.notes += _left_out(members, exercises)
    return picked


def _is_noise(path: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part in ("__MACOSX", "__pycache__", "node_modules") for part in path)


def _candidates(level: Iterable[Member], exercises: Sequence[str], picked: Picked) -> list[_Candidate]:
    found, opened = [], 0
    for member in level:
        stem, _, suffix = member.path[-1].rpartition(".")
        suffix = suffix.casefold()
        if suffix not in ("py", "ipynb") or len(stem) > 200:
            continue
        exercise = exercise_of(stem, exercises)
        near = exercise is not None and stem.casefold() != exercise.casefold()
        if exercise is None and suffix == "ipynb" and (opened := opened + 1) <= _NOTEBOOKS:
            exercise, near = _exercise_inside(member, exercises, picked), True
        if exercise:
            found.append(_Candidate(exercise, 2 * near + (suffix == "ipynb"), member))
    return found


def _exercise_inside(member: Member, exercises: Sequence[str], picked: Picked) -> str | None:
    try:
        return read_notebook(member.shown, member.read(NOTEBOOK_BYTES), exercises).exercise
    except Refused as refused:
        picked.refusals.append(str(refused))
        return None


def _settle(candidates: list[_Candidate], picked: Picked) -> None:
    """Read the best candidate of every exercise."""
    exercises: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda one: (one.exercise, one.rank)):
        exercises[candidate.exercise].append(candidate)
    for exercise, claims in exercises.items():
        name = f"{exercise}.py"
        best = [claim for claim in claims if claim.rank == claims[0].rank]
        try:
            if len(best) > _CLAIMS:
                raise Refused(f"{name} is there {len(best)} times: keep one of them.")
            contents = {_content(claim, name, picked) for claim in best}
            if len(contents) > 1:
                raise Refused(f"{name} is there more than once, with differences ({_shown(best)}): keep one of them.")
            picked.files[name] = contents.pop()
        except Refused as refused:
            picked.refusals.append(str(refused))
            continue
        if best[0].member.path[-1] != name and claims[0].rank != 1:
            picked.notes.append(f"{best[0].member.shown} is read as {name}.")
        rest = [claim for claim in claims[len(best) :] if not _repeats(claim, picked.files[name])]
        if rest:
            picked.notes.append(f"{_shown(rest)}: not read, since {best[0].member.shown} is there.")


def _repeats(claim: _Candidate, source: bytes) -> bool:
    """Return whether a candidate is the notebook that `leafgrad submit` sends along with a file."""
    if claim.rank != 1:
        return False
    try:
        member = claim.member
        return is_copy(read_notebook(member.shown, member.read(NOTEBOOK_BYTES), [claim.exercise]), source)
    except Refused:
        return False


def _content(claim: _Candidate, name: str, picked: Picked) -> bytes:
    """Return the bytes to grade; notes about them are added to `picked`."""
    member = claim.member
    if claim.rank % 2:
        notebook = read_notebook(member.shown, member.read(NOTEBOOK_BYTES), [claim.exercise])
        source, notes = notebook.source, notebook.notes
    else:
        source, notes = member.read(SOURCE_BYTES), ()
    picked.notes += [*notes, *check_source(member.shown, source)]
    return source


def _left_out(members: Sequence[Member], exercises: Sequence[str]) -> list[str]:
    """Return sentences about the files that are not exercises."""
    notes = []
    rest = [member for member in members if member.path[-1].casefold() not in _KNOWN]
    native = [member for member in rest if member.path[-1].casefold().endswith(_NATIVE)]
    python = [member for member in rest if member.path[-1].endswith(".py")]
    packed = [member for member in rest if member.path[-1].casefold().endswith(SUFFIXES)]
    other = [member for member in rest if member not in {*native, *python, *packed}]
    if native:
        notes.append(f"{listed(native)}: ignored, compiled code is never loaded.")
    for member in python[:3]:
        stem = member.path[-1].removesuffix(".py")
        what = f"{_spelled(member)} is not one of the exercise files and is ignored"
        notes.append(f"{what} ({suggestion(stem, exercises)}).")
    if len(python) > 3:
        notes.append(f"{listed(python[3:])}: ignored as well.")
    if packed:
        notes.append(f"{listed(packed)}: not opened: hand in one archive, or the files themselves.")
    if other:
        notes.append(f"{listed(other)}: ignored.")
    return notes


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


def _shown(claims: Sequence[_Candidate]) -> str:
    names = Counter(claim.member.shown for claim in claims)
    return ", ".join(name if count == 1 else f"{count} times {name}" for name, count in names.items())
