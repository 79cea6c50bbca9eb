"""What the cache notes of a folder: what its files were made from, and how they were left."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from graders.banks.cache import cache_folder
from graders.banks.fingerprint import package_fingerprint


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


@cache
def code_digest() -> str:
    """Return a digest of all code and templates that make reports, tables and pages."""
    templates = files("graders.render").joinpath("templates")
    parts = [one.read_bytes() for one in sorted(templates.iterdir(), key=lambda one: one.name) if one.is_file()]
    return package_fingerprint() + hashlib.sha256(b"\0".join(parts)).hexdigest()
