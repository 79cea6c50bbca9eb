"""Where hand-ins go."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.submit import FolderTarget, Target, ZipTarget


@pytest.fixture(params=["folder", "zip"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    (tmp_path / "drive").mkdir()
    return (
        FolderTarget(tmp_path / "drive") if request.param == "folder" else ZipTarget(tmp_path / "drive" / "alice.zip")
    )
