"""Archives, read in memory and never extracted: what they hold becomes a list of members."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from graders.submission import tar
from graders.submission.model import ARCHIVE_BYTES, ENTRIES, Refused
from graders.text import plain

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
RATIO = 200
"""Most that a member above a megabyte may be compressed; text reaches 20, an all-zero bomb 1000."""

_OTHERS = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class Member:
    """One file of a hand-in: its place, and how to get its content (at most `limit` bytes and one more)."""

    path: tuple[str, ...]
    read: Callable[[int], bytes]

    @property
    def shown(self) -> str:
        """The place as it is said in sentences."""
        return plain("/".join(self.path), limit=100)


def members_of(name: str, data: bytes) -> tuple[list[Member], list[str]]:
    """Return the files of an archive and a sentence for each entry that is refused.

    Args:
        name: How the archive is called in the sentences.
        data: Its whole content; what it is is told from its first bytes, not from its name.

    Raises:
        Refused: it is empty, broken, too large, locked, a bomb, or of a kind that is not read.
    """
    if len(data) > ARCHIVE_BYTES:
        raise Refused(f"{name} is larger than {ARCHIVE_BYTES >> 20} MB: hand in only the exercise files.")
    if data.startswith(b"PK"):
        return _filled(name, *_zip_members(name, data))
    if data.startswith(b"\x1f\x8b"):
        data = _gunzip(name, data)
    if data[257:262] == b"ustar":
        return _filled(name, *_tar_members(name, data))
    kind = next((kind for start, kind in _OTHERS.items() if data.startswith(start)), None)
    what = f"a {kind} archive" if kind else "no readable archive"
    raise Refused(f"{name} is {what}: hand in the files themselves or a .zip made of them.")


def _filled(name: str, members: list[Member], notes: list[str]) -> tuple[list[Member], list[str]]:
    if not members and not notes:
        raise Refused(f"{name} is empty: hand in the exercise files themselves.")
    return members, notes


def safe_path(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name.

    Raises:
        Refused: the name is absolute, climbs out with `..`, holds a backslash or a control character, or is too long.
    """
    shown = plain(name, limit=100)
    if len(name) > 1000 or max(map(len, name.split("/"))) > 255:
        raise Refused(f"{shown} is refused: the name is too long.")
    if name.startswith("/") or _DRIVE.match(name):
        raise Refused(f"{shown} is refused: the name is an absolute path; pack the files without their folders.")
    if "\\" in name or any(char < " " or char == "\x7f" for char in name):
        raise Refused(
            f"{shown} is refused: the name holds a backslash or a control character; pack the files alone, without "
            "their folder."
        )
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts or not parts:
        raise Refused(f"{shown} is refused: the name climbs out of the archive; pack the files without their folders.")
    return parts


def _zip_members(name: str, data: bytes) -> tuple[list[Member], list[str]]:
    if data.count(b"PK\x01\x02") > ENTRIES:
        raise Refused(f"{name} holds more than {ENTRIES} entries: hand in only the exercise files.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # on made-up bytes zipfile raises far more than BadZipFile: struct.error, ValueError, ...
        raise Refused(f"{name} is a broken zip file: pack it again and hand it in again.") from None
    infos = [info for info in archive.infolist() if not info.orig_filename.endswith("/")]
    _guard_size(name, infos)
    members, notes = [], []
    for info in infos:
        try:
            path = safe_path(info.orig_filename)
            _guard_kind(info)
        except Refused as refused:
            notes.append(str(refused))
        else:
            members.append(Member(path, partial(_unzip, archive, info)))
    return members, notes


def _guard_size(name: str, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse bombs by what they declare; what lies about its size fails when it is read."""
    total = sum(info.file_size for info in infos)
    dense = any(info.file_size > max(1 << 20, RATIO * info.compress_size) for info in infos)
    if total > ARCHIVE_BYTES or dense:
        raise Refused(
            f"{name} would unpack to {total / 2**20:.0f} MB from {sum(i.compress_size for i in infos) / 2**20:.1f} MB "
            "and is not opened: hand in only the exercise files."
        )


def _guard_kind(info: zipfile.ZipInfo) -> None:
    shown = plain(info.orig_filename, limit=100)
    mode = stat.S_IFMT(info.external_attr >> 16)
    if info.create_system == 3 and mode not in (0, stat.S_IFREG):
        raise Refused(f"{shown} is a link or a device in the zip and is not read: pack the file itself.")
    if info.flag_bits & 0x1:
        raise Refused(f"{shown} is locked with a password: pack it without one.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{shown} is compressed in an unusual way: make an ordinary zip file.")


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    shown = plain(info.orig_filename, limit=100)
    try:
        with archive.open(info) as file:
            data = file.read(limit + 1)
            whole = len(data) > limit or (len(data) == info.file_size and not file.read(1))
    except Exception:  # see _zip_members; zlib.error, EOFError and NotImplementedError come from here
        whole = False
    if not whole:
        raise Refused(f"{shown} is damaged in the zip file: pack it again and hand it in again.")
    return data


def _gunzip(name: str, data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        unpacked = stream.decompress(data, ARCHIVE_BYTES + 1)
    except zlib.error:
        raise Refused(f"{name} is damaged: pack it again and hand it in again.") from None
    if len(unpacked) > ARCHIVE_BYTES:
        raise Refused(f"{name} would unpack to more than {ARCHIVE_BYTES >> 20} MB: hand in only the exercise files.")
    return unpacked


def _tar_members(name: str, data: bytes) -> tuple[list[Member], list[str]]:
    members, notes = [], []
    for entry in tar.entries(name, data):
        try:
            path = safe_path(entry.name)
            if entry.kind != "file":
                raise Refused(f"{plain(entry.name, limit=100)} is {entry.kind} and is not read: pack the file itself.")
        except Refused as refused:
            notes.append(str(refused))
        else:
            members.append(Member(path, partial(_slice, data, entry)))
    return members, notes


def _slice(data: bytes, entry: tar.Entry, limit: int) -> bytes:
    return data[entry.start : entry.start + min(entry.size, limit + 1)]
