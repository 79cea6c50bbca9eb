"""What the cache notes of a folder: what its files were made from, and how they were left."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from graders.banks.cache import cache_folder


def stamp_of(out: Path, kind: str) -> Path:
    """Return where the cache keeps a note of one kind on a folder."""
    name = hashlib.sha256(str(out.resolve()).encode("utf-8", "backslashreplace")).hexdigest()[:24]
    return cache_folder() / kind / f"{name}.json"


def digest_of(paths: Iterable[Path], told: Iterable[str] = ()) -> str:
    """Return a digest of texts and of which files lie at some paths; empty where one is not there."""
    digest = hashlib.sha256()
    try:
        for path in paths:
            found = path.stat()
            digest.update(f"{path.name} {found.st_ino} {found.st_mtime_ns} {found.st_size}\n".encode())
    except OSError:
        return ""
    for text in told:
        digest.update(text.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()
