"""Handing in is all of it or nothing: missing folders, links in the way, full disks, Ctrl-C, kill."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from alice import FIRST, OTHER, SECOND, graded, manifest, snapshot

from graders.errors import SubmissionError
from graders.submit import (
    MANIFEST_NAME,
    FolderTarget,
    Manifest,
    Target,
    ZipTarget,
)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="There is no folder"):
        FolderTarget(tmp_path / "drive").deliver(manifest(FIRST), FIRST)
    with pytest.raises(SubmissionError, match="cannot be written"):
        ZipTarget(tmp_path / "no" / "a.zip").deliver(manifest(FIRST), FIRST)


def test_links_in_the_way_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir()
    (tmp_path / "elsewhere" / "scalars").mkdir(parents=True)
    (tmp_path / "drive" / "alice").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SubmissionError, match="is a link"):
        FolderTarget(tmp_path / "drive").deliver(manifest(FIRST), FIRST)
    (tmp_path / "drive" / "bob").mkdir()
    (tmp_path / "drive" / "bob" / "scalars").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SubmissionError, match="symbolic link"):
        FolderTarget(tmp_path / "drive").deliver(manifest(FIRST, student_id="bob"), FIRST)
    assert not any((tmp_path / "elsewhere" / "scalars").iterdir())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("step", ["fsync", "rename", "mkdir", "open"])
def test_trouble_with_the_disk_costs_nothing(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    target.deliver(manifest(FIRST), FIRST)
    before = snapshot(tmp_path)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        if step == "fsync":
            patch.setattr(os, "fsync", fail)
        elif step == "open":
            patch.setattr("graders.submit.access.Access.make_file", fail)
        elif step == "mkdir":
            patch.setattr("graders.submit.access.Access.make_folder", fail)
            patch.setattr("graders.submit.access.Access.make_file", fail)
        else:
            patch.setattr(Path, "rename", fail)
            patch.setattr(os, "replace", fail)
        with pytest.raises(SubmissionError, match="Nothing was handed in") as caught:
            target.deliver(manifest(SECOND, 10), SECOND)
    assert "\n" not in str(caught.value) and snapshot(tmp_path) == before
    target.deliver(manifest(SECOND, 10), SECOND)
    assert graded(tmp_path / "drive") == SECOND


@pytest.mark.parametrize("at", range(1, 4))
def test_an_interrupt_at_any_rename_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    target = FolderTarget(tmp_path)
    target.deliver(manifest(FIRST), FIRST)
    target.deliver(manifest(OTHER, 5), OTHER)
    renames, real = [], Path.rename

    def interrupted(self: Path, to: Path) -> Path:
        renames.append(to)
        if len(renames) == at:
            raise KeyboardInterrupt
        return real(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", interrupted)
        if at < 3:
            with pytest.raises(KeyboardInterrupt):
                target.deliver(manifest(SECOND, 10), SECOND)
        else:
            target.deliver(manifest(SECOND, 10), SECOND)
    assert graded(tmp_path) == ({**FIRST, **OTHER} if at < 3 else {**SECOND, **OTHER})
    assert [path.name for path in (tmp_path / "alice").iterdir() if ".new-" in path.name] == []


def test_a_machine_that_stops_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    target = FolderTarget(tmp_path)
    target.deliver(manifest(FIRST), FIRST)
    place = tmp_path / "alice" / "scalars"
    place.rename(place.with_name(".scalars.previous"))
    target.deliver(manifest(OTHER, 10), OTHER)
    assert graded(tmp_path) == {**FIRST, **OTHER}


KILLED = """
import itertools, sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from graders.submit import FolderTarget, make_manifest
target = FolderTarget(Path(sys.argv[1]))
start = datetime.now(UTC)
for number in itertools.count():
    files = {name: f"v = {number}\\n".encode() * 200 for name in ("ex02_closures.py", "ex03_backward.py")}
    when = start + timedelta(seconds=number)
    ids = dict(course="c", assignment="scalars", student_id="alice", version="0")
    target.deliver(make_manifest(files, now=when, **ids), files)
    print(number, flush=True)
"""


@pytest.mark.proof
def test_killing_the_delivery_at_random_leaves_whole_versions(tmp_path: Path) -> None:
    for round_ in range(25):
        (tmp_path / "drive").mkdir(exist_ok=True)
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "drive")], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.0137 * round_ % 0.2)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        places = [tmp_path / "drive" / "alice" / name for name in ("scalars", ".scalars.previous")]
        whole = next(place for place in places if place.exists())
        files = {path.name: path.read_bytes() for path in whole.iterdir()}
        found = Manifest.model_validate_json(files[MANIFEST_NAME])
        assert found.describes({name: files[name] for name in found.files})
        assert files["ex02_closures.py"] == files["ex03_backward.py"]
        shutil.rmtree(tmp_path / "drive")
