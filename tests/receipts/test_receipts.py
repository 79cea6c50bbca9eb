"""Handing in: the same twice is once, what is newer stays, and a receipt that can be checked."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from alice import EXERCISES, FIRST, NOON, OTHER, SECOND, graded, manifest, snapshot

from graders.errors import SubmissionError
from graders.submission import find_submissions
from graders.submit import (
    MANIFEST_NAME,
    FolderTarget,
    Receipt,
    Target,
    ZipTarget,
    delivered,
    list_receipts,
    load_receipt,
    save_receipt,
    verify,
)


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
    with pytest.raises(SubmissionError, match="There is no receipt"):
        load_receipt(tmp_path / "none.json")
