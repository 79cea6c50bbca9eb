"""Which exercise a file name stands for."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from graders.submission.archive import SUFFIXES

MANIFEST = "leafgrad-manifest.json"
"""What `leafgrad submit` lays beside the files."""

_COPY = re.compile(r"(?:[ _]*\(\d{1,4}\)|-\d{1,4}|[ _-]*(?:copy|kopie)(?:[ _]*\d{1,4})?)$")
_COPY_OF = re.compile(r"^(?:copy|kopie)[ _-]+(?:of[ _-]+)?")
_NUMBER = re.compile(r"(?:ex|exercise)_?0*(\d{1,4})")
_NUMBERED = re.compile(r"ex\d+", re.IGNORECASE)
_WITHIN = re.compile(r"(?<![a-z0-9])ex(?:ercise)?_?0*(\d{1,4})(?!\d)")
_OWN_NUMBER = re.compile(r"ex0*(\d+)_?", re.IGNORECASE)
_TESTS = re.compile(r"(?<![a-z])tests?(?![a-z])")
_KIND = re.compile(r"(?P<stem>.+?)\.(?P<kind>py|ipynb)(?P<more>(?:\.(?:txt|py|json|ipynb))?)", re.IGNORECASE)
_TEXT = re.compile(r"(?P<stem>.+)\.(?:txt|pyw|py3)", re.IGNORECASE)
_CLOSE = 0.84
_APART = 0.08


def exercise_of(stem: str, exercises: Sequence[str]) -> str | None:
    """Return the exercise that a file stem means, or None.

    Meant are the exercise's id, in any case and with blanks or hyphens for underscores, also with what browsers and
    desktops add to a copy (`ex02_closures (1)`, `ex02_closures-2`, `Copy of ex02_closures`), and its number alone
    (`ex02`, `Exercise 2`).
    """
    if stem in exercises:
        return stem
    name = _COPY_OF.sub("", stem.casefold())
    while (shorter := _COPY.sub("", name)) != name:
        name = shorter
    name = re.sub(r"[ _-]+", "_", name).strip("_")
    meant = [exercise for exercise in exercises if exercise.casefold() == name]
    if not meant and (number := _NUMBER.fullmatch(name)):
        same = re.compile(rf"ex0*{number[1]}(?!\d)", re.IGNORECASE)
        meant = [exercise for exercise in exercises if same.match(exercise)]
    return meant[0] if len(meant) == 1 else None


def exercises_within(stem: str, exercises: Sequence[str]) -> tuple[str, ...]:
    """Return the exercises that a name holds among other words, or comes close to; empty where that cannot be told.

    `jane_ex2_final` holds a number, `my closures` the words of an id, `ex02_closuers` is close to one. A number and
    words that contradict each other tell nothing, and files of tests are none of the exercises.
    """
    name = re.sub(r"[^a-z0-9]+", "_", unicodedata.normalize("NFKC", stem[:200]).casefold()).strip("_")
    if _TESTS.search(name):
        return ()
    spoken = {exercise: _OWN_NUMBER.sub("", exercise.casefold().replace("-", "_")) for exercise in exercises}
    said = [one for one, words in spoken.items() if words and re.search(rf"(?<![a-z]){words}(?![a-z])", name)]
    whole = [spoken[one] for one in said]
    said = [one for one in said if not any(spoken[one] != words and spoken[one] in words for words in whole)]
    if wanted := set(_WITHIN.findall(name)):
        numbers = {one: found[1] for one in exercises if (found := _OWN_NUMBER.match(one))}
        numbered = [one for one in exercises if numbers.get(one) in wanted and (not said or one in said)]
        return tuple(numbered) if len(numbered) == len(wanted) else ()
    if said:
        return tuple(said) if len(said) == 1 else ()
    return _closest(name, exercises)


def _closest(name: str, exercises: Sequence[str]) -> tuple[str, ...]:
    matcher = difflib.SequenceMatcher(b=name, autojunk=False)
    ratios = []
    for exercise in exercises:
        matcher.set_seq1(exercise.casefold())
        ratios.append((matcher.ratio(), exercise))
    ratios.sort(reverse=True)
    best, second = ratios[0] if ratios else (0.0, ""), ratios[1][0] if len(ratios) > 1 else 0.0
    return (best[1],) if best[0] >= _CLOSE and best[0] - second >= _APART else ()


def stem_and_kind(name: str) -> tuple[str, str, bool]:
    """Return the stem of a file name, `"py"`, `"ipynb"` or `""`, and whether its ending is the usual one.

    Mail programs and editors add endings (`ex02_closures.py.txt`); a bare `.txt` or none may hide a `.py` file.
    """
    if found := _KIND.fullmatch(name):
        return found["stem"], found["kind"].casefold(), not found["more"]
    if found := _TEXT.fullmatch(name):
        return found["stem"], "py", False
    return (name, "py", False) if "." not in name else (name, "", False)


def rank_of(name: str, exercises: Sequence[str] = ()) -> int:
    """Return 0 for the file name of an exercise, 1 for what may be or hold one by its ending, 2 for all others."""
    stem, kind, _ = stem_and_kind(name)
    if kind and exercise_of(stem, exercises):
        return 0
    return 1 if kind or name.casefold().endswith((*SUFFIXES, MANIFEST)) else 2


def student_and_exercise(stem: str, exercises: Sequence[str]) -> tuple[str, str] | None:
    """Split a stem such as `alice_ex02_closures`, `alice_ex2` or `ex02_closures-alice` into student and exercise."""
    if exercise_of(stem, exercises) is not None:
        return None
    tests = _TESTS.search(stem.casefold())
    for exercise in exercises:
        meant, words = re.escape(exercise), ""
        if (own := _OWN_NUMBER.match(exercise)) and not tests:
            words = exercise[own.end() :]
            meant += rf"|ex(?:ercise)?[ _-]?0*{own[1]}(?:[ _-]{re.escape(words)})?"
        for pattern in (rf"(?P<who>.+?)[ _-]+(?:{meant})", rf"(?:{meant})[ _-]+(?P<who>.+)"):
            found = re.fullmatch(pattern, stem, re.IGNORECASE)
            if found and not _alike(found["who"], words) and not exercises_within(found["who"], exercises):
                return found["who"], exercise
    return None


def _alike(who: str, words: str) -> bool:
    """Return whether what stands beside a number is meant as the words of the exercise and is nobody's name."""
    who, words = who.casefold()[:60], words.casefold()
    return bool(words) and (who in words or difflib.SequenceMatcher(None, who, words).ratio() >= 0.6)


def looks_numbered(stem: str) -> bool:
    """Return whether a stem begins like an exercise's, so that it cannot be a student's name."""
    return _NUMBERED.match(stem) is not None


def suggestion(stem: str, exercises: Sequence[str]) -> str:
    """Return how to name the file instead, as the end of a sentence."""
    close = difflib.get_close_matches(stem.casefold()[:80], exercises, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}.py? Rename it and hand it in again"
    return f"files are named like {exercises[0]}.py" if exercises else "the course has no exercises"
