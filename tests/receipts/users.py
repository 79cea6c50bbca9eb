"""Students who share a machine: made-up users, as whom a test can act for a while when it runs as root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ALICE, MALLORY, TEACHER = 61001, 61002, 61003
STUDENTS, STAFF = 62001, 62002

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="Only root can give files to other users."
)


@contextmanager
def acting_as(user: int, group: int = STUDENTS) -> Iterator[None]:
    """Be an ordinary user, of one group only."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(group)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@contextmanager
def drive(mode: int = 0o755, user: int = TEACHER, group: int = STAFF) -> Iterator[Path]:
    """Yield a folder that every user can reach, with that mode and owner; it is removed afterwards."""
    home = Path(tempfile.mkdtemp())
    try:
        home.chmod(0o755)
        owned(home / "drive", mode, user, group)
        yield home / "drive"
    finally:
        shutil.rmtree(home)


def owned(folder: Path, mode: int, user: int, group: int = STAFF) -> Path:
    """Make a folder of that user."""
    folder.mkdir()
    os.chown(folder, user, group)
    folder.chmod(mode)
    return folder
