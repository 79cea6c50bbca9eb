"""What a student's folder was when it was made: `.leafgrad/start.json`, and the untouched stubs.

Nothing here imports what reads a course.yml, so that the status of a fresh folder is there at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from graders import __version__
from graders.course.place import FILE_NAME
from graders.files import plain_file, write_whole

STUBS = PurePosixPath(".leafgrad/stubs")
"""Untouched copies of the stubs, for `leafgrad reset`."""
RECORD = PurePosixPath(".leafgrad/start.json")
PICTURES = "pictures"
"""Folder beside the exercises with the pictures of their README.md."""


def digest_of(data: bytes) -> str:
    """Return a digest of a text, the same with the line ends of any system."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:16]


def read_record(folder: Path) -> dict[str, Any]:
    """Return the record of a folder; empty where it has none, or a damaged one."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def note_begun(folder: Path, exercise: str, source: bytes) -> None:
    """Note that the student begins an exercise again, from a stub of today."""
    with suppress(OSError, KeyError, TypeError):  # without the record, nothing is told of new stubs
        record = read_record(folder)
        record["stubs"][exercise] = digest_of(source)
        write_whole(folder / RECORD, (json.dumps(record, indent=1) + "\n").encode(), plain_file)


def untouched(folder: Path, exercises: Collection[str], home: Path) -> list[str]:
    """Return the exercises whose file in `home` is still the stub, as far as the folder has copies of the stubs.

    With any other file in `home` it returns none, since that may be an answer to one of them.
    """
    found = []
    with suppress(OSError):
        if all(_is_known(path.name, exercises) for path in home.iterdir()):
            for name in exercises:
                mine, stub = home / f"{name}.py", folder / STUBS / f"{name}.py"
                if mine.exists() and stub.exists() and digest_of(mine.read_bytes()) == digest_of(stub.read_bytes()):
                    found.append(name)
    return found


def _is_known(name: str, exercises: Collection[str]) -> bool:
    ours = ("given_tensor.py", "__pycache__", PICTURES)
    return name.endswith((".md", ".bak")) or name in ours or name[:-3] in exercises


@dataclass(frozen=True)
class Part:
    """An assignment as `leafgrad status` shows it; `due` is None without a due date."""

    id: str
    title: str
    due: datetime | None
    exercises: Sequence[str]


def fresh_record(folder: Path) -> dict[str, Any]:
    """Return the record of a folder in which nothing is written yet; empty for any other.

    Its `concepts` map each exercise to its concepts, its `points` to their sum.
    """
    record = read_record(folder)
    concepts, files = record.get("concepts"), record.get("files")
    if not (isinstance(concepts, dict) and isinstance(files, dict) and isinstance(record.get("points"), dict)):
        return {}
    if record.get("leafgrad") != __version__:
        return {}
    with suppress(OSError):
        course = digest_of((folder / FILE_NAME).read_bytes())
        if course == files.get(FILE_NAME) and untouched(folder, concepts, folder / "exercises") == list(concepts):
            return record
    return {}


def fresh_parts(record: dict[str, Any]) -> list[Part]:
    """Return the assignments of a record."""
    return [
        Part(one["id"], one["title"], datetime.fromisoformat(one["due"]) if one["due"] else None, one["exercises"])
        for one in record.get("parts", [])
    ]
