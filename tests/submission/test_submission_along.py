"""Files that come along with an assignment which does not ask for them: the ground of what builds on them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from graders.submission import Submission, find_submissions, read_submission
from graders.submission.clues import Clues

EXERCISES = ("ex03_backward", "ex10_sgd_momentum", "ex12_training_loop", "ex13_extra")
CLUES = Clues(assignments={"scalars": ("ex03_backward",), "optimizers": ("ex10_sgd_momentum", "ex12_training_loop")})
OLD, NEW, OWN = b"old = 1\n", b"new = 1\n", b"own = 1\n"


def hand_in(root: Path, assignment: str, files: dict[str, bytes], student: str = "ada") -> None:
    place = root / student / assignment
    place.mkdir(parents=True)
    (place / "timestamp.txt").write_text("2027-03-01 12:00:00.000000 UTC")
    for name, data in files.items():
        (place / name).write_bytes(data)


def read(root: Path, assignment: str | None = None) -> Submission:
    (found,) = find_submissions(root, EXERCISES, assignment, CLUES)
    return found


def test_the_copy_of_the_assignment_that_asks_for_it_is_handed_in(tmp_path: Path) -> None:
    hand_in(tmp_path, "scalars", {"ex03_backward.py": OLD})
    hand_in(tmp_path, "optimizers", {"ex12_training_loop.py": OWN, "ex03_backward.py": NEW})
    found = read(tmp_path)
    assert found.files == {"ex03_backward.py": OLD, "ex12_training_loop.py": OWN}
    assert found.files_for("ex12_training_loop")["ex03_backward.py"] == NEW
    assert found.files_for("ex03_backward")["ex03_backward.py"] == OLD
    assert not found.notes


def test_a_file_that_was_handed_in_nowhere_else_counts_and_is_told(tmp_path: Path) -> None:
    hand_in(tmp_path, "optimizers", {"ex12_training_loop.py": OWN, "ex03_backward.py": NEW})
    found = read(tmp_path, "optimizers")
    assert found.files == {"ex12_training_loop.py": OWN, "ex03_backward.py": NEW} and not found.along
    assert found.times["ex03_backward.py"].startswith("2027-03-01")
    assert any("ex03_backward.py came with ada/optimizers only" in note for note in found.notes)


def test_a_stub_for_its_own_assignment_is_no_hand_in(tmp_path: Path) -> None:
    stub = b"raise NotImplementedError\n"
    hand_in(tmp_path, "scalars", {"ex03_backward.py": stub})
    hand_in(tmp_path, "optimizers", {"ex12_training_loop.py": OWN, "ex03_backward.py": NEW})
    clues = Clues(assignments=CLUES.assignments, stubs={"ex03_backward": stub})
    (found,) = find_submissions(tmp_path, EXERCISES, None, clues)
    assert found.files["ex03_backward.py"] == NEW


def test_another_copy_is_another_hand_in(tmp_path: Path) -> None:
    digests = set()
    for number, ground in enumerate((OLD, NEW)):
        hand_in(tmp_path / str(number), "optimizers", {"ex12_training_loop.py": OWN, "ex03_backward.py": ground})
        digests.add(read(tmp_path / str(number)).sha256)
    assert len(digests) == 2


def test_an_equal_copy_changes_nothing(tmp_path: Path) -> None:
    hand_in(tmp_path, "scalars", {"ex03_backward.py": OLD})
    hand_in(tmp_path, "optimizers", {"ex12_training_loop.py": OWN, "ex03_backward.py": OLD})
    assert read(tmp_path).along == {}


def test_what_no_assignment_asks_for_is_handed_in_wherever_it_lies(tmp_path: Path) -> None:
    hand_in(tmp_path, "optimizers", {"ex12_training_loop.py": OWN, "ex13_extra.py": NEW})
    assert set(read(tmp_path).files) == {"ex12_training_loop.py", "ex13_extra.py"}


def test_a_folder_of_no_assignment_is_read_as_it_always_was(tmp_path: Path) -> None:
    hand_in(tmp_path, "week-9", {"ex12_training_loop.py": OWN, "ex03_backward.py": NEW})
    assert set(read(tmp_path).files) == {"ex12_training_loop.py", "ex03_backward.py"}


def zipped(path: Path, manifest: bytes) -> Submission:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("ex12_training_loop.py", OWN)
        archive.writestr("ex03_backward.py", NEW)
        archive.writestr("leafgrad-manifest.json", manifest)
    path.write_bytes(data.getvalue())
    return read_submission(path, EXERCISES, clues=CLUES)


def test_the_manifest_in_a_zip_tells_the_assignment(tmp_path: Path) -> None:
    found = zipped(tmp_path / "ada.zip", json.dumps({"assignment": "optimizers"}).encode())
    assert any("came with" in note for note in found.notes)


def test_a_manifest_of_anything_else_tells_nothing(tmp_path: Path) -> None:
    for manifest in (
        b"[",
        b"[" * 50_000,
        b"[]",
        b'{"assignment": ["optimizers"]}',
        b'{"assignment": "other"}',
        b"\xff",
    ):
        found = zipped(tmp_path / "ada.zip", manifest)
        assert set(found.files) == {"ex12_training_loop.py", "ex03_backward.py"} and not found.notes
