"""Archives: read in memory, never extracted; every trick refused with a sentence."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from handins import CODE, EXERCISES, notebook, tarred, zipped, zipped_link

from graders.submission import Submission, read_submission
from graders.submission.archive import safe_path
from graders.submission.model import ARCHIVE_BYTES, ENTRIES, SOURCE_BYTES, Refused

GOOD = {"ex02_closures.py": CODE}


def read(folder: Path, data: bytes, name: str = "alice.zip") -> Submission:
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / name).write_bytes(data)
    before = sorted(folder.rglob("*"))
    got = read_submission(folder / "in" / name, EXERCISES)
    assert sorted(folder.rglob("*")) == before, "reading an archive must write nothing"
    return got


@pytest.mark.parametrize(
    "members",
    [
        {"ex02_closures.py": CODE},
        {"homework/": b"", "homework/ex02_closures.py": CODE, "__MACOSX/homework/._ex02_closures.py": b"junk"},
        {"homework/exercises/ex02_closures.py": CODE, "homework/README.md": b"hello"},
        {"./ex02_closures.py": CODE},
        {"ex02_closures (1).py": CODE},
    ],
)
def test_a_zip_is_read_with_its_folders(tmp_path: Path, members: dict[str, bytes]) -> None:
    got = read(tmp_path, zipped(members))
    assert (got.student_id, dict(got.files), got.problem) == ("alice", GOOD, None)


def test_notebooks_in_a_zip_are_read(tmp_path: Path) -> None:
    got = read(tmp_path, zipped({"ex02_closures.ipynb": notebook("x = 1"), "ex03_backward.py": CODE}))
    assert set(got.files) == {"ex02_closures.py", "ex03_backward.py"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../ex02_closures.py", "climbs out"),
        ("a/../../ex02_closures.py", "climbs out"),
        ("/ex02_closures.py", "absolute"),
        ("C:/ex02_closures.py", "absolute"),
        ("c:ex02_closures.py", "absolute"),
        ("..\\ex02_closures.py", "backslash"),
        ("a\\ex02_closures.py", "backslash"),
        ("ex02_closures.py\x00.txt", "control"),
        ("\x1b[2Jex02_closures.py", "control"),
        ("x" * 300 + "/ex02_closures.py", "too long"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        safe_path(name)
    if "\0" not in name:
        got = read(tmp_path, zipped({name: CODE}))
        assert not got.files and says in (got.problem or "") and (got.problem or "").isprintable()
        got = read(tmp_path, tarred([(name, CODE)]), "alice.tar.gz")
        assert not got.files and says in (got.problem or "")
        assert read(tmp_path, zipped({name: b"x", **GOOD})).files == GOOD


def test_a_name_cut_short_by_a_nul_byte_is_refused(tmp_path: Path) -> None:
    data = zipped({"ex02_closures.py_x.txt": CODE}).replace(b".py_x", b".py\0x")
    assert not read(tmp_path, data).files


def test_the_same_name_twice_is_refused_unless_the_content_is_the_same(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("ex02_closures.py", CODE), ("ex02_closures.py", b"evil = 1\n")])
    got = read(tmp_path, data)
    assert not got.files and "2 times ex02_closures.py" in (got.problem or "")
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("ex02_closures.py", CODE)] * 2)
    assert read(tmp_path, data).files == GOOD


def test_of_names_that_differ_in_case_only_the_exact_one_counts(tmp_path: Path) -> None:
    got = read(tmp_path, zipped({"ex02_closures.py": CODE, "EX02_CLOSURES.py": b"x = 1\n"}))
    assert got.files == GOOD and got.notes == ("EX02_CLOSURES.py: not read, since ex02_closures.py is there.",)
    got = read(tmp_path, zipped({"EX02_closures.py": CODE, "EX02_CLOSURES.py": b"x = 1\n"}))
    assert not got.files and "keep one of them" in (got.problem or "")


def test_links_and_devices_in_archives_are_refused(tmp_path: Path) -> None:
    got = read(tmp_path, zipped_link("ex02_closures.py", "/etc/passwd"))
    assert not got.files and "is a link or a device" in (got.problem or "")
    for kind, says in (
        (tarfile.SYMTYPE, "symbolic link"), (tarfile.LNKTYPE, "hard link"), (tarfile.FIFOTYPE, "named pipe"),
        (tarfile.CHRTYPE, "device"), (b"S", "no regular file"),
    ):  # fmt: skip
        info = tarfile.TarInfo("ex02_closures.py")
        info.type, info.linkname = kind, "/etc/passwd"
        got = read(tmp_path, tarred([(info, b"")]), "alice.tar.gz")
        assert not got.files and says in (got.problem or "")


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped(GOOD))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in (read(tmp_path, bytes(data)).problem or "")


def test_unusual_compression_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("ex02_closures.py", CODE)
    assert "unusual way" in (read(tmp_path, buffer.getvalue()).problem or "")


def lying(declared: int, content: bytes) -> bytes:
    """Return a zip whose member declares another size than it has."""
    data = bytearray(zipped({"ex02_closures.py": content}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(signature) + offset
        data[start : start + 4] = declared.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("declared", [10, 5000])
def test_a_size_that_is_a_lie_is_refused(tmp_path: Path, declared: int) -> None:
    got = read(tmp_path, lying(declared, b"x = 1  # " + b"y" * 2000))
    assert not got.files and "damaged" in (got.problem or "")


def peak_of(folder: Path, data: bytes, name: str = "alice.zip") -> tuple[Submission, int]:
    (folder / "in").mkdir()
    (folder / "in" / name).write_bytes(data)
    tracemalloc.start()
    try:
        return read_submission(folder / "in" / name, EXERCISES), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped({"ex02_closures.py": bytes(200 << 20)})
    got, peak = peak_of(tmp_path, bomb)
    assert "would unpack to 200 MB" in (got.problem or "") and peak < 10 << 20


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    got, peak = peak_of(tmp_path, lying(1000, bytes(200 << 20)))
    assert not got.files and peak < 10 << 20


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    got, peak = peak_of(tmp_path, gzip.compress(bytes(200 << 20)), "alice.tar.gz")
    assert "would unpack to more than" in (got.problem or "") and peak < 3 * ARCHIVE_BYTES


def test_many_members_of_moderate_size_are_a_bomb_too(tmp_path: Path) -> None:
    got = read(tmp_path, zipped({f"{number}.txt": bytes(1 << 20) for number in range(40)}))
    assert "would unpack" in (got.problem or "")


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    members = {f"{number}.txt": b"" for number in range(ENTRIES + 1)}
    assert str(ENTRIES) in (read(tmp_path, zipped(members)).problem or "")
    got = read(tmp_path, tarred([(name, b"") for name in members], "w"), "alice.tar")
    assert str(ENTRIES) in (got.problem or "")


def test_a_source_that_is_too_long_is_refused_in_an_archive_too(tmp_path: Path) -> None:
    long = b"# \xc3\xa4" * SOURCE_BYTES
    assert "longer than 256 kB" in (read(tmp_path, zipped({"ex02_closures.py": long})).problem or "")
    got = read(tmp_path, tarred([("ex02_closures.py", long)]), "alice.tgz")
    assert "longer than 256 kB" in (got.problem or "")


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_is_read_in_every_dialect(tmp_path: Path, mode: str, kind: int) -> None:
    name = "w" * 90 + "/exercises/ex02_closures.py"
    data = tarred([(name, CODE), ("w" * 90 + "/other.txt", b"x" * 1000)], mode, format=kind)
    got = read(tmp_path, data, "alice.tar" if mode == "w" else "alice.tar.gz")
    assert got.files == GOOD


def test_a_zip_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    assert read(tmp_path, zipped(GOOD), "alice.tar.gz").files == GOOD


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no readable archive"),
        (b"PK\x05\x06", "broken zip"),
        (b"PK\x03\x04 and so on", "broken zip"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"\x1f\x8b\x08\x00", "no readable archive"),
        (b"\x1f\x8b junk", "damaged"),
        (b"\0" * 257 + b"ustar" + b"\0" * 300, "damaged"),
    ],
)
def test_what_is_no_archive_says_what_to_hand_in(tmp_path: Path, data: bytes, says: str) -> None:
    got = read(tmp_path, data)
    assert not got.files and says in (got.problem or "")


def test_native_code_and_nested_archives_are_not_loaded(tmp_path: Path) -> None:
    got = read(tmp_path, zipped({**GOOD, "fast.cpython-311.so": b"\x7fELF", "more.zip": zipped(GOOD)}))
    assert got.files == GOOD
    assert "fast.cpython-311.so: ignored, compiled code" in " ".join(got.notes) and "more.zip" in " ".join(got.notes)
