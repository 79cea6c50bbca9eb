"""The instructor's secret key, under which a graded run draws its cases."""

from __future__ import annotations

import hashlib
import math
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.course.course import Course
from graders.errors import EnvironmentTrouble, UsageError, not_written

VARIABLE = "LEAFGRAD_KEY"
FILE_NAME = "leafgrad.key"
BITS = 128
"""Of a key that nobody guesses. Reports show a digest of the key and cases drawn under it, so guesses can be tried."""

SEALED = "id:"
"""What begins the text that stands for a key on a machine that must not have it."""

_WORDS = re.compile(r"(?:[A-Z]?[a-z]+[ ._-]*)+[0-9]{0,6}[!?.]?")
_BITS_OF_A_WORD = 12
_CLASSES = (r"[0-9]", r"[a-f]", r"[g-z]", r"[A-F]", r"[G-Z]", r"[^0-9A-Za-z]")
_SIZES = (10, 6, 20, 6, 20, 4)


def secret_key(course: Course) -> str | None:
    """Return the key for graded runs: `LEAFGRAD_KEY`, else the first line of `leafgrad.key` beside course.yml."""
    if from_environment := os.environ.get(VARIABLE):
        return from_environment
    try:
        lines = (course.folder / FILE_NAME).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentTrouble(f"{course.folder / FILE_NAME} cannot be read: {error}.") from None
    return lines[0].strip() or None


def new_key(course: Course) -> Path:
    """Write a fresh key of 128 random bits to `leafgrad.key` beside course.yml and return its path.

    Raises:
        UsageError: there is one already, which stays.
        EnvironmentTrouble: it cannot be written.
    """
    path = course.folder / FILE_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            f"{path} is there already and stays as it is: another key means other cases for the same class.",
            "Move it away first if you want a new one.",
        ) from None
    except OSError as error:
        raise not_written(error, path) from None
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(BITS // 8) + "\n")
    except OSError as error:
        path.unlink()  # an empty one would be taken for a key that is there
        raise not_written(error, path) from None
    return path


def sealed(key: str) -> str:
    """Return what stands for a key where its banks are read and none are drawn; what stands for one stays as it is."""
    if key.startswith(SEALED):
        return key
    return SEALED + hashlib.sha256(b"leafgrad key id\0" + key.encode()).hexdigest()[:12]


@contextmanager
def without_key() -> Iterator[None]:
    """Keep `LEAFGRAD_KEY` from processes that are started meanwhile."""
    kept = os.environ.pop(VARIABLE, None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ[VARIABLE] = kept


def weakness(key: str | None) -> str:
    """Return a sentence when a secret key could be guessed, empty when it could not or when there is none.

    The strength is that of a random text of this length and these kinds of characters; of words, that of random ones.
    """
    if key is None or key.startswith(SEALED) or (bits := _bits(key)) >= BITS:
        return ""
    return (
        f"The secret key is short: about {bits:.0f} bits where {BITS} are safe. Students can guess it from their "
        "reports, which show a digest of it and cases drawn under it."
    )


def _bits(key: str) -> float:
    if _WORDS.fullmatch(key):
        return _BITS_OF_A_WORD * len(re.findall(r"[A-Z]?[a-z]+", key)) + math.log2(10) * len(re.findall(r"[0-9]", key))
    alphabet = sum(size for kind, size in zip(_CLASSES, _SIZES, strict=True) if re.search(kind, key))
    different = len(set(key))
    return len(key) * math.log2(alphabet if different >= 8 else max(different, 1))
