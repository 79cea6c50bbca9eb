"""Handing in: all of it or nothing, the same twice is once, and a receipt that can be checked."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graders.errors import SubmissionError
from graders.inbox import (
    MANIFEST_NAME,
    FolderTarget,
    Manifest,
    Receipt,
    Target,
    ZipTarget,
    delivered,
    list_receipts,
    load_receipt,
    make_manifest,
    save_receipt,
    verify,
)
from graders.submission import find_submissions

EXERCISES = ("ex02_closures", "ex03_backward")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIRST = {"ex02_closures.py": b"x = 1\n"}
SECOND = {"ex02_closures.py": b"x = 2\n"}
OTHER = {"ex03_backward.py": b"y = 1\n"}


def manifest(files: dict[str, bytes], minutes: float = 0, **changes: str) -> Manifest:
    ids = {"course": "leafgrad", "assignment": "scalars", "student_id": "alice", "version": "0.1.0", **changes}
    return make_manifest(files, now=NOON + timedelta(minutes=minutes), **ids)


@pytest.fixture(params=["folder", "zip"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    (tmp_path / "drive").mkdir()
    return (
        FolderTarget(tmp_path / "drive") if request.param == "folder" else ZipTarget(tmp_path / "drive" / "alice.zip")
    )


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def graded(root: Path) -> dict[str, bytes]:
    """Return what `leafgrad grade` reads of alice's."""
    (found,) = find_submissions(root, EXERCISES)
    assert found.student_id == "alice" and not found.notes and found.problem is None
    return dict(found.files)


def test_what_is_delivered_is_what_is_graded(target: Target, tmp_path: Path) -> None:
    receipt = target.deliver(manifest({**FIRST, **OTHER}), {**FIRST, **OTHER})
    assert graded(tmp_path / "drive") == {**FIRST, **OTHER}
    assert verify(receipt, delivered(receipt)) == []
    assert receipt.manifest.files["ex02_closures.py"].sent_at == "2026-11-21T12:00:00Z"


def test_the_folder_is_nbgraders(tmp_path: Path) -> None:
    FolderTarget(tmp_path).deliver(manifest(FIRST), FIRST)
    place = tmp_path / "alice" / "scalars"
    assert sorted(path.name for path in place.iterdir()) == ["ex02_closures.py", MANIFEST_NAME, "timestamp.txt"]
    assert (place / "timestamp.txt").read_text() == "2026-11-21 12:00:00.000000 UTC"
    utils = pytest.importorskip("nbgrader.utils")
    assert utils.parse_utc((place / "timestamp.txt").read_text()) == NOON.replace(tzinfo=None)
    (found,) = find_submissions(tmp_path, EXERCISES, "scalars")
    assert found.submitted_at == "2026-11-21T12:00:00Z"


def test_the_manifest_says_what_was_sent(target: Target) -> None:
    receipt = target.deliver(manifest(FIRST), FIRST)
    written = json.loads(target.fetch(receipt.manifest)[MANIFEST_NAME])
    assert written["format"] == "leafgrad/manifest/v1"
    assert (written["course"], written["assignment"], written["student_id"]) == ("leafgrad", "scalars", "alice")
    assert written["files"]["ex02_closures.py"]["size"] == 6


def test_the_same_again_changes_nothing(target: Target, tmp_path: Path) -> None:
    first = target.deliver(manifest(FIRST), FIRST)
    before = snapshot(tmp_path)
    again = target.deliver(manifest(FIRST, minutes=60), FIRST)
    assert again == first and snapshot(tmp_path) == before


def test_a_new_version_replaces_and_what_is_not_sent_again_stays(target: Target, tmp_path: Path) -> None:
    target.deliver(manifest(FIRST), FIRST)
    target.deliver(manifest(OTHER, 10), OTHER)
    receipt = target.deliver(manifest(SECOND, 20), SECOND)
    assert graded(tmp_path / "drive") == {**SECOND, **OTHER}
    assert {name: sent.sent_at[11:16] for name, sent in receipt.manifest.files.items()} == {
        "ex02_closures.py": "12:20",
        "ex03_backward.py": "12:10",
    }


def test_a_newer_hand_in_is_not_replaced_by_an_older(target: Target, tmp_path: Path) -> None:
    target.deliver(manifest(SECOND, 5), SECOND)
    before = snapshot(tmp_path)
    with pytest.raises(SubmissionError, match="newer hand-in, of 2026-11-21T12:05:00Z"):
        target.deliver(manifest(FIRST), FIRST)
    assert snapshot(tmp_path) == before


def test_what_nbgraders_exchange_collected_is_kept_and_its_time_respected(tmp_path: Path) -> None:
    place = tmp_path / "alice" / "scalars"
    (place / "data").mkdir(parents=True)
    (place / "scalars.ipynb").write_bytes(b"{}")
    (place / "data" / "a.csv").write_bytes(b"1")
    (place / "timestamp.txt").write_text("2026-11-21 12:30:00.000000 UTC")
    with pytest.raises(SubmissionError, match="newer"):
        FolderTarget(tmp_path).deliver(manifest(FIRST), FIRST)
    FolderTarget(tmp_path).deliver(manifest(FIRST, 60), FIRST)
    kept = snapshot(place)
    assert kept["scalars.ipynb"] == b"{}" and kept[os.path.join("data", "a.csv")] == b"1"


def test_files_changed_on_the_drive_are_noticed(target: Target, tmp_path: Path) -> None:
    receipt = target.deliver(manifest({**FIRST, **OTHER}), {**FIRST, **OTHER})
    files = delivered(receipt)
    assert verify(receipt, {**files, "ex02_closures.py": b"x = 3\n"})[0].startswith("ex02_closures.py is not what")
    assert verify(receipt, FIRST) == ["ex03_backward.py is missing; it was handed in on 2026-11-21T12:00:00Z."]
    assert verify(receipt, {**files, "notes.txt": b""}) == []


def test_a_tampered_folder_is_delivered_to_afresh(tmp_path: Path) -> None:
    target = FolderTarget(tmp_path)
    target.deliver(manifest({**FIRST, **OTHER}), {**FIRST, **OTHER})
    (tmp_path / "alice" / "scalars" / "ex02_closures.py").write_bytes(b"broken")
    receipt = target.deliver(manifest(FIRST, 10), FIRST)
    assert (
        verify(receipt, delivered(receipt)) == [] and graded(tmp_path)["ex02_closures.py"] == FIRST["ex02_closures.py"]
    )


def test_a_manifest_of_someone_else_is_not_believed(tmp_path: Path) -> None:
    target = FolderTarget(tmp_path)
    target.deliver(manifest(OTHER, student_id="bob"), OTHER)
    shutil.copytree(tmp_path / "bob", tmp_path / "alice")
    receipt = target.deliver(manifest(FIRST, 10), FIRST)
    assert receipt.manifest.student_id == "alice" and set(receipt.manifest.files) == set(FIRST)


@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04"])
def test_a_zip_of_someone_else_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thesis.zip"
    path.write_bytes(content)
    with pytest.raises(SubmissionError, match="not overwritten"):
        ZipTarget(path).deliver(manifest(FIRST), FIRST)
    assert path.read_bytes() == content
    ZipTarget(tmp_path / "a.zip").deliver(manifest(FIRST), FIRST)
    with pytest.raises(SubmissionError, match="not overwritten"):
        ZipTarget(tmp_path / "a.zip").deliver(manifest(FIRST, 1, assignment="graphs"), FIRST)


def test_a_zip_that_lost_a_file_is_not_added_to(tmp_path: Path) -> None:
    both = {**FIRST, **OTHER}
    ZipTarget(tmp_path / "a.zip").deliver(manifest(both), both)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, zipfile.ZipFile(tmp_path / "b.zip", "w") as poorer:
        for name in (MANIFEST_NAME, "ex02_closures.py"):
            poorer.writestr(name, archive.read(name))
    with pytest.raises(SubmissionError, match="not overwritten"):
        ZipTarget(tmp_path / "b.zip").deliver(manifest(SECOND, 10), SECOND)


def test_equal_zips_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        ZipTarget(tmp_path / name).deliver(manifest({**FIRST, **OTHER}), {**FIRST, **OTHER})
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "a.zip").testzip() is None


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
            patch.setattr("graders.inbox.folder.write_synced", fail)
            patch.setattr("graders.inbox.zip.write_synced", fail)
        elif step == "mkdir":
            patch.setattr(shutil, "copytree", fail)
            patch.setattr("graders.inbox.zip.write_synced", fail)
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
from graders.inbox import FolderTarget, make_manifest
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


def test_a_receipt_is_stored_once_and_read_back(tmp_path: Path) -> None:
    receipt = Receipt(target="folder", place="/drive", manifest=manifest(FIRST))
    path = save_receipt(tmp_path, receipt)
    assert save_receipt(tmp_path, receipt) == path and load_receipt(path) == receipt
    later = save_receipt(tmp_path, Receipt(target="zip", place="a.zip", manifest=manifest(FIRST, 1, assignment="a")))
    assert list_receipts(tmp_path) == [path, later]
    assert list_receipts(tmp_path / "nowhere") == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format": "leafgrad/receipt/v1"}', b"\xff"])
def test_what_is_no_receipt_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.json").write_bytes(content)
    with pytest.raises(SubmissionError, match="no leafgrad receipt"):
        load_receipt(tmp_path / "r.json")
    with pytest.raises(SubmissionError, match="cannot be read"):
        load_receipt(tmp_path / "none.json")
