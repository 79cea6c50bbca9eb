"""What alice hands in, and when; what is then on the drive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from graders.submission import find_submissions
from graders.submit import Manifest, make_manifest

EXERCISES = ("ex02_closures", "ex03_backward")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIRST = {"ex02_closures.py": b"x = 1\n"}
SECOND = {"ex02_closures.py": b"x = 2\n"}
OTHER = {"ex03_backward.py": b"y = 1\n"}


def manifest(files: dict[str, bytes], minutes: float = 0, **changes: str) -> Manifest:
    ids = {"course": "leafgrad", "assignment": "scalars", "student_id": "alice", "version": "0.1.0", **changes}
    return make_manifest(files, now=NOON + timedelta(minutes=minutes), **ids)


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def graded(root: Path) -> dict[str, bytes]:
    """Return what `leafgrad grade` reads of alice's."""
    (found,) = find_submissions(root, EXERCISES)
    assert found.student_id == "alice" and not found.notes and found.problem is None
    return dict(found.files)
