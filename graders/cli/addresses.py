"""What people type for an exercise or a concept: `ex2`, `mul`, `exercises/ex02_closures.py`, `ex02.mul`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graders.errors import CourseError, UsageError
from graders.text import argument, plain

if TYPE_CHECKING:
    from graders.course.course import Course

_BETWEEN = re.compile(r"::|[./\\:#\s]+")
"""What stands between a folder, an exercise and a concept."""

_ENDINGS = ("py", "ipynb")
_MOST = 3
"""Addresses that one question offers."""


def understood(course: Course, typed: str) -> str:
    """Return the address that is meant: `"ex02_closures"` or `"ex02_closures.mul"`.

    Upper and lower case, leading zeros and the difference of `_`, `-` and nothing do not matter. A path is read by its
    last parts; whether there is such a file does not matter.

    Raises:
        UsageError: nothing of that name is known, or several things are.
    """
    found = _meant(course, typed)
    if len(found) == 1:
        return found[0]
    shown = plain(typed, limit=80)
    if len(found) > _MOST:
        raise UsageError(f"{shown!r} may be any of {_listed(found, 'and')}.", "Write more of it.")
    if found:
        homes = _listed([one.partition(".")[0] for one in found], "and")
        raise UsageError(f"{shown!r} stands in {homes}.", f"Did you mean {_listed(found, 'or')}?")
    raise UsageError(*_unknown(course, typed, shown))


def understood_all(course: Course, typed: Iterable[str] | None) -> list[str] | None:
    """Return what `understood` does for each name, each once; None for no names."""
    return list(dict.fromkeys(understood(course, name) for name in typed)) if typed else None


def understood_together(course: Course, typed: Iterable[str] | None) -> list[str] | None:
    """Return what `understood_all` does, where `ex02 mul tanh` are two concepts of the exercise before them."""
    found: list[str] = []
    home = ""
    for name in typed or ():
        inside = [] if _exercises(course, name) else _concepts(course, name, [home])
        if inside:
            found = [one for one in found if one != home]
        else:
            inside = [understood(course, name)]
            home = inside[0].partition(".")[0]
        found += inside
    return list(dict.fromkeys(found)) or None


def exercise_meant(course: Course, typed: str) -> str:
    """Return the id of the exercise that is meant; a concept stands for its exercise.

    Raises:
        UsageError: it cannot be told.
    """
    return understood(course, typed).partition(".")[0]


def file_elsewhere(typed: str, home: Path) -> Path | None:
    """Return the folder of a file that is named by its path, where that is another one than `home`."""
    path = Path(typed)
    if path.suffix.lstrip(".") not in _ENDINGS or not path.is_file() or path.parent.resolve() == home.resolve():
        return None
    return path.parent


def again(folder: Path | None, course: Path | None) -> str:
    """Return the options that a next command needs to be about the same files and the same course."""
    given = (("--dir", folder), ("--course", course))
    return "".join(f" {option} {argument(str(path))}" for option, path in given if path is not None)


def completions(incomplete: str) -> list[str]:
    """Return the exercises and concepts that begin so, for the shell: concepts once an exercise is chosen."""
    return list(_beginning(incomplete, concepts_only=False))


def concept_completions(incomplete: str) -> list[str]:
    """Return what `completions` does for an argument that must be a concept."""
    return list(_beginning(incomplete, concepts_only=True))


def exercise_completions(incomplete: str) -> list[str]:
    """Return the exercises that begin so."""
    return [name for name in _known() if name.startswith(incomplete)]


def _beginning(incomplete: str, concepts_only: bool) -> Iterator[str]:
    known = _known()
    for exercise, concepts in known.items():
        chosen = incomplete.startswith(f"{exercise}.")
        only = [name for name in known if name.startswith(incomplete)] == [exercise]
        if exercise.startswith(incomplete) and not concepts_only:
            yield exercise
        if chosen or only or concepts_only:
            yield from (address for one in concepts if (address := f"{exercise}.{one}").startswith(incomplete))


def _known() -> dict[str, list[str]]:
    """Return exercise to its concepts of the course here; nothing where there is none."""
    from graders.course.course import load_course

    try:
        course = load_course()
    except CourseError:
        return {}
    return {exercise.id: [concept.id for concept in exercise.concepts] for exercise in course.exercises}


def _meant(course: Course, typed: str) -> list[str]:
    """Return every address that the text may stand for."""
    parts = [part for part in _BETWEEN.split(typed.strip()) if part and part.casefold() not in _ENDINGS]
    if not parts:
        return []
    last = parts[-1]
    for home in _exercises(course, parts[-2]) if len(parts) > 1 else ():
        if found := _concepts(course, last, [home]):
            return found
    if found := _exercises(course, last):
        return found
    if len(parts) > 1 and _exercises(course, parts[-2]):
        return []  # an exercise that has no such concept
    return _concepts(course, last, course.exercise_ids)


def _exercises(course: Course, name: str) -> list[str]:
    """Return the exercises of that name, number or beginning."""
    wanted = _folded(name)
    ids = {one: _folded(one) for one in course.exercise_ids}
    exact = [one for one, folded in ids.items() if wanted in (folded, _number(folded), _title(folded))]
    return exact or [one for one, folded in ids.items() if _begins(folded, wanted) or _begins(_title(folded), wanted)]


def _concepts(course: Course, name: str, exercises: Sequence[str]) -> list[str]:
    wanted = _folded(name)
    return [
        f"{exercise.id}.{concept.id}"
        for exercise in course.exercises
        if exercise.id in exercises
        for concept in exercise.concepts
        if _folded(concept.id) == wanted
    ]


def _folded(name: str) -> str:
    """Return a name without what people leave out: case, `_` and `-`, zeros in front of a number."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[_\-]", "", name.casefold()))


def _number(folded: str) -> str:
    """Return `"2"` of `"ex2closures"`."""
    return match[1] if (match := re.match(r"[a-z]*(\d+)", folded)) else folded


def _title(folded: str) -> str:
    """Return `"closures"` of `"ex2closures"`."""
    return re.sub(r"^[a-z]*\d+", "", folded)


def _begins(folded: str, wanted: str) -> bool:
    """Return whether a name begins so; a number that is not complete is another number."""
    following = folded[len(wanted) : len(wanted) + 1]
    return bool(wanted) and folded.startswith(wanted) and not (wanted[-1].isdigit() and following.isdigit())


def _unknown(course: Course, typed: str, shown: str) -> tuple[str, str]:
    """Return what is not known, and what may be meant."""
    if typed.strip() and Path(typed).is_dir():
        return f"{shown} is a folder.", f"Its files are checked with: leafgrad check --dir {argument(typed)}"
    parts = [part for part in _BETWEEN.split(typed.strip()) if part and part.casefold() not in _ENDINGS]
    homes = _exercises(course, parts[-2]) if len(parts) > 1 else []
    if len(homes) == 1:
        concepts = [concept.id for concept in course.exercise(homes[0]).concepts]
        near = _near(parts[-1], concepts)
        said = f"Did you mean {_listed([f'{homes[0]}.{one}' for one in near], 'or')}?" if near else ""
        return f"{homes[0]} has no concept {plain(parts[-1], limit=80)!r}.", said or f"It has {', '.join(concepts)}."
    addresses = [f"{exercise.id}.{concept.id}" for exercise in course.exercises for concept in exercise.concepts]
    last = parts[-1] if parts else ""
    near = _near(last, course.exercise_ids)
    titles = {_title(_folded(one)): one for one in course.exercise_ids}
    near += [titles[one] for one in difflib.get_close_matches(_folded(last), titles, n=_MOST, cutoff=0.7)]
    close = _near(last, sorted({address.partition(".")[2] for address in addresses}))
    near += [address for one in close for address in addresses if address.endswith(f".{one}")]
    what = "exercise" if re.match(r"(?i)ex", last) else "exercise or concept"
    if near:
        return f"There is no {what} {shown!r}.", f"Did you mean {_listed(list(dict.fromkeys(near))[:_MOST], 'or')}?"
    return f"There is no {what} {shown!r}.", f"The course has {', '.join(course.exercise_ids)}."


def _near(name: str, known: Sequence[str]) -> list[str]:
    folded = {_folded(one): one for one in known}
    return [folded[one] for one in difflib.get_close_matches(_folded(name), folded, n=_MOST, cutoff=0.7)]


def _listed(names: Sequence[str], last: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
