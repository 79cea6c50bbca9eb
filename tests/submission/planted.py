"""Files of several users in one folder, for tests that run as root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graders.submission.roster import Person, Roster

ALICE, MALLORY, TEACHER = 61001, 61002, 61003
USERS = {"alice": (str(ALICE),), "mallory": (str(MALLORY),), "José": ("61004", "61005")}
ROSTER = Roster({student: Person(student, users=users) for student, users in USERS.items()})
OTHER = b"other = 1\n"

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="Only root can give files to other users."
)


def plant(root: Path, files: dict[str, tuple[bytes, int]], folders: dict[str, int] | None = None) -> None:
    """Write files and give them, and folders, to users; all other folders are the teacher's."""
    for name, (data, owner) in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.chown(path, owner, owner)
    for path in [root, *(one for one in root.rglob("*") if one.is_dir() and not one.is_symlink())]:
        os.chown(path, (folders or {}).get(str(path.relative_to(root)), TEACHER), -1)
