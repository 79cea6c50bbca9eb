"""One file or one folder: what is read, what is refused, and with which sentence."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from handins import CODE, EXERCISES, notebook, zipped

from graders.submission import Submission, digest, read_submission
from graders.submission.disk import Folder, read_file
from graders.submission.model import DEPTH, ENTRIES, SOURCE_BYTES, Refused


def read(path: Path) -> Submission:
    return read_submission(path, EXERCISES)


def one(folder: Path, data: bytes, name: str = "ex02_closures.py") -> Submission:
    (folder / name).write_bytes(data)
    return read(folder / name)


@pytest.mark.parametrize(
    "data", [b"", CODE, b"\xef\xbb\xbf" + CODE, "x = 'Zoë'\n".encode(), CODE.replace(b"\n", b"\r\n")]
)
def test_python_text_is_taken_byte_for_byte(tmp_path: Path, data: bytes) -> None:
    got = one(tmp_path, data)
    assert (dict(got.files), got.problem, got.notes) == ({"ex02_closures.py": data}, None, ())
    assert got.sha256 == digest({"ex02_closures.py": data})


@pytest.mark.parametrize("cookie", [b"latin-1", b"utf-8-unix", b"iso_8859_15", b"cp1252"])
def test_a_declared_encoding_is_respected(tmp_path: Path, cookie: bytes) -> None:
    data = b"# -*- coding: " + cookie + b" -*-\nname = '" + ("é".encode() if b"utf" in cookie else b"\xe9") + b"'\n"
    assert one(tmp_path, data).files["ex02_closures.py"] == data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfe\0", "no UTF-16 text"),
        (b"\xfe\xff\xd8\0\0x", "no UTF-16 text"),
        ("x = 1\0\n".encode("utf-16"), "line 1: a NUL byte"),
        (b"x = 1\ny = 2\0\n", "line 2: a NUL byte"),
        (b"x = 1\n# caf\xe9\n", "line 2: byte 0xe9 is not UTF-8"),
        (b"# coding: rot13\nk = 1\n", "declares the encoding rot13"),
        (b"#\n# coding: utf-7\n", "declares the encoding utf-7"),
        (b"#" * (SOURCE_BYTES + 1), "longer than 256 kB"),
    ],
)
def test_what_is_no_python_text_is_refused_in_one_sentence(tmp_path: Path, data: bytes, says: str) -> None:
    got = one(tmp_path, data)
    assert not got.files
    assert says in (got.problem or "")
    assert "ex02_closures.py" in (got.problem or "") and (got.problem or "").endswith(".")


def test_invisible_direction_marks_in_the_code_are_pointed_out(tmp_path: Path) -> None:
    got = one(tmp_path, "a = 1\nb = '\u202e'\n".encode())
    assert got.files and got.notes == (
        "ex02_closures.py, line 2: an invisible U+202E; the code may read otherwise than it looks.",
    )


def test_any_name_will_do_when_one_exercise_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "alice.py").write_bytes(CODE)
    got = read_submission(tmp_path / "alice.py", ["ex02_closures"])
    assert (got.student_id, got.files) == ("alice", {"ex02_closures.py": CODE})
    (tmp_path / "ex03_backward.py").write_bytes(CODE)
    assert read_submission(tmp_path / "ex03_backward.py", ["ex02_closures"]).problem


def test_links_pipes_sockets_devices_and_folders_are_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(CODE)
    (tmp_path / "ex01_finite_differences.py").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "ex02_closures.py")
    (tmp_path / "ex03_backward.py").mkdir()
    assert "is a symbolic link" in (read(tmp_path / "ex01_finite_differences.py").problem or "")
    assert "is a named pipe" in (read(tmp_path / "ex02_closures.py").problem or "")
    whole = read(tmp_path)
    assert not whole.files and "is a symbolic link" in (whole.problem or "")
    with pytest.raises(Refused, match="is a device"):
        read_file(Path("/dev/null"), 10)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.py"))
        with pytest.raises(Refused, match="is a socket"):
            read_file(tmp_path / "s.py", 10)


def test_a_link_to_a_folder_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "ex02_closures.py").write_bytes(CODE)
    (tmp_path / "bob").symlink_to(tmp_path / "alice")
    assert "is a symbolic link" in (read(tmp_path / "bob").problem or "")
    (tmp_path / "carol").mkdir()
    (tmp_path / "carol" / "inner").symlink_to(tmp_path / "alice")
    assert not read(tmp_path / "carol").files


def test_a_file_swapped_for_a_link_after_the_listing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hw" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.py").write_bytes(b"secret")
    with Folder(tmp_path / "hw") as folder:
        (tmp_path / "hw" / "deep").rmdir()
        (tmp_path / "hw" / "deep").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(Refused):
            folder.read(("deep", "x.py"), 100)


@pytest.mark.parametrize(("swap", "says"), [("link", "cannot be read"), ("file", "changed while it was read")])
def test_a_file_swapped_between_looking_and_opening_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: str, says: str
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    path, real = tmp_path / "ex02_closures.py", os.open
    path.write_bytes(CODE)

    def swapping(name: str, flags: int, **options: int) -> int:
        path.rename(tmp_path / "moved")
        (path.symlink_to if swap == "link" else path.hardlink_to)(tmp_path / "secret")
        return real(name, flags, **options)

    with monkeypatch.context() as patch:
        patch.setattr("graders.submission.disk.os.open", swapping)
        assert says in (read(path).problem or "")


def test_reading_works_without_folder_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submission.disk._BY_DESCRIPTOR", False)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "ex02_closures.py").write_bytes(CODE)
    assert read(tmp_path / "a").files == {"ex02_closures.py": CODE}
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with Folder(tmp_path) as folder, pytest.raises(Refused):
        folder.read(("link", "b", "ex02_closures.py"), 100)


def test_the_upper_level_counts_and_the_lower_is_the_fallback(tmp_path: Path) -> None:
    deep = tmp_path / "work" / "exercises"
    deep.mkdir(parents=True)
    (deep / "ex02_closures.py").write_bytes(CODE)
    assert read(tmp_path).files == {"ex02_closures.py": CODE}
    (tmp_path / "ex03_backward.py").write_bytes(b"top = 1\n")
    assert read(tmp_path).files == {"ex02_closures.py": CODE, "ex03_backward.py": b"top = 1\n"}
    (tmp_path / "ex02_closures.py").write_bytes(b"top = 2\n")
    got = read(tmp_path)
    assert got.files["ex02_closures.py"] == b"top = 2\n"
    assert any("work/exercises/ex02_closures.py: not read" in note for note in got.notes)


def test_folders_deeper_than_the_limit_are_not_searched(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*map(str, range(DEPTH + 1)))
    deep.mkdir(parents=True)
    (deep / "ex02_closures.py").write_bytes(CODE)
    assert read(tmp_path).problem
    (deep.parent / "ex02_closures.py").write_bytes(CODE)
    assert read(tmp_path).files


def test_two_versions_are_refused_but_two_equal_copies_are_not(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ex02_closures.py").write_bytes(CODE)
    assert read(tmp_path).files == {"ex02_closures.py": CODE}
    (tmp_path / "b" / "ex02_closures.py").write_bytes(b"other = 1\n")
    got = read(tmp_path)
    assert not got.files
    assert "more than once" in (got.problem or "") and "a/ex02_closures.py" in (got.problem or "")


def test_of_names_that_differ_in_case_only_the_exact_one_counts(tmp_path: Path) -> None:
    (tmp_path / "EX02_closures.py").write_bytes(b"x = 1\n")
    (tmp_path / "ex02_closures.py").write_bytes(CODE)
    assert read(tmp_path).files == {"ex02_closures.py": CODE}


def test_the_exact_name_wins_over_copies_of_it(tmp_path: Path) -> None:
    (tmp_path / "ex02_closures.py").write_bytes(CODE)
    (tmp_path / "ex02_closures (1).py").write_bytes(b"x = 1\n")
    got = read(tmp_path)
    assert got.files == {"ex02_closures.py": CODE}
    assert got.notes == ("ex02_closures (1).py: not read, since ex02_closures.py is there.",)


def test_files_beside_the_exercises_are_named_and_ignored(tmp_path: Path) -> None:
    for name in ("ex02_closures.py", "numpy.py", "torch.so", "notes.txt", ".hidden.py", "timestamp.txt"):
        (tmp_path / name).write_bytes(CODE)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "ex02_closures.py").write_bytes(b"x = 1\n")
    got = read(tmp_path)
    assert set(got.files) == {"ex02_closures.py"}
    said = " ".join(got.notes)
    assert "numpy.py is not one of" in said and "torch.so: ignored, compiled code" in said and "notes.txt" in said
    assert "hidden" not in said and "pycache" not in said and "timestamp" not in said


def test_one_bad_file_does_not_cost_the_others(tmp_path: Path) -> None:
    (tmp_path / "ex02_closures.py").write_bytes(CODE)
    (tmp_path / "ex03_backward.py").write_bytes(b"\xff\xfe\0")
    got = read(tmp_path)
    assert set(got.files) == {"ex02_closures.py"} and got.problem is None
    assert "UTF-16" in got.notes[0]


def test_a_file_that_cannot_be_read_gives_way_to_a_copy_that_can(tmp_path: Path) -> None:
    (tmp_path / "ex02_closures.py").write_bytes(b"\xff\n")
    (tmp_path / "ex02_closures.ipynb").write_bytes(notebook("x = 1"))
    got = read(tmp_path)
    assert b"x = 1" in got.files["ex02_closures.py"] and "not UTF-8" in got.notes[0]


def test_an_archive_in_a_folder_is_opened_only_when_nothing_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "work.zip").write_bytes(zipped({"work/ex02_closures.py": CODE}))
    assert read(tmp_path).files == {"ex02_closures.py": CODE}
    (tmp_path / "ex03_backward.py").write_bytes(b"x = 1\n")
    got = read(tmp_path)
    assert set(got.files) == {"ex03_backward.py"} and "work.zip" in " ".join(got.notes)


def test_of_very_many_files_those_that_can_be_exercises_are_read_whatever_the_disk_lists_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(ENTRIES + 5):
        (tmp_path / f"a{number:04}.jpg").touch()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "ex02_closures.py").write_bytes(CODE)
    (tmp_path / "work" / "ex03_backward.ipynb").write_bytes(notebook("x = 1"))
    listed = os.scandir

    @contextmanager
    def backwards(path: int | str) -> Iterator[Iterator[os.DirEntry[str]]]:
        with listed(path) as found:
            yield iter(sorted(found, key=lambda one: one.name, reverse=True))

    seen = []
    for scandir in (listed, backwards):
        monkeypatch.setattr("graders.submission.disk.os.scandir", scandir)
        seen.append(read(tmp_path))
    assert seen[0] == seen[1] and set(seen[0].files) == {"ex02_closures.py", "ex03_backward.py"}
    said = " ".join(seen[0].notes)
    assert f"holds {ENTRIES + 8} files and folders." in said and "; 8 others were passed over." in said
    assert said.endswith("Hand in only the exercise files.")


def test_where_most_of_very_many_files_lie_is_told(tmp_path: Path) -> None:
    (tmp_path / "env" / "lib").mkdir(parents=True)
    for number in range(ENTRIES):
        (tmp_path / "env" / "lib" / f"a{number:04}.py").touch()
    (tmp_path / "ex02_closures.py").write_bytes(CODE)
    got = read(tmp_path)
    assert set(got.files) == {"ex02_closures.py"} and ", most of them in env/." in " ".join(got.notes)


def test_names_that_are_not_text_or_hide_something_are_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\u202ered.py").write_bytes(CODE)
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_bytes(CODE)
    got = read(tmp_path)
    said = " ".join((*got.notes, got.problem or ""))
    assert "\\x1b[31m\\u202e" in said and "\\udce9" in said
    assert said.isprintable()


def test_what_is_not_there_is_a_problem_not_an_error(tmp_path: Path) -> None:
    assert "cannot be found" in (read(tmp_path / "nobody").problem or "")
    assert read(Path("a\0b")).problem


def test_the_bytes_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "ex02_closures.py"
    path.write_bytes(CODE)
    got = read(path)
    path.write_bytes(b"swapped = 1\n")
    assert got.files == {"ex02_closures.py": CODE} and got.sha256 == digest(got.files)


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a" / "deep" / "down").mkdir(parents=True)
    (tmp_path / "a" / "deep" / "down" / "ex02_closures.py").write_bytes(CODE)
    (tmp_path / "b.zip").write_bytes(b"junk")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for name in ("a", "b.zip", "missing", "a/deep"):
        read(tmp_path / name)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
