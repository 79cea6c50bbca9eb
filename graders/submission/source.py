"""Bytes that claim to be a Python file: accepted as they are, or refused with the reason."""

from __future__ import annotations

import re

from graders.submission.model import SOURCE_BYTES, Refused

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_DECLARATION = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "ascii": "ascii",
    "us-ascii": "ascii",
    "latin-1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
}
_WIDE = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_MARKS = tuple(_WIDE)
_HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")


def wide(data: bytes) -> str:
    """Return `"utf-16"` or `"utf-32"`, with its byte order where no mark tells it; empty for all other text."""
    if data.startswith(_MARKS):
        return next(encoding for mark, encoding in _WIDE.items() if data.startswith(mark))
    start = data[:200]
    if len(data) >= 2 and len(data) % 2 == 0 and b"\0" in start:
        for encoding, zeros, signs in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
            if not zeros.strip(b"\0") and b"\0" not in signs:
                return encoding
    return ""


def as_utf8(name: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return a source that was saved as UTF-16 or UTF-32 as UTF-8, with a note; any other one as it is.

    Raises:
        Refused: it is not text in that encoding.
    """
    encoding = wide(data)
    if not encoding:
        return data, ()
    try:
        lines = data.decode(encoding).removeprefix("\ufeff").split("\n")
        text = "\n".join([_DECLARATION.sub("#", line) for line in lines[:2]] + lines[2:]).encode()
    except UnicodeError:
        raise Refused(f"{name} is no {encoding.upper()} text: save it as UTF-8 and hand it in again.") from None
    return text, (f"{name} is saved as {encoding.upper()} and is read as UTF-8.",)


def check_source(name: str, data: bytes) -> tuple[str, ...]:
    """Return notes about a source that may be graded.

    Args:
        name: How the file is called in the sentences.
        data: Its whole content.

    Raises:
        Refused: it is too long, not text, or not in an encoding that can be told.
    """
    if len(data) > SOURCE_BYTES:
        raise Refused(
            f"{name} is longer than {SOURCE_BYTES // 1024} kB, the most that is graded: "
            "remove pasted data or output and hand it in again."
        )
    if encoding := wide(data):
        raise Refused(f"{name} is saved as {encoding.upper()}: save it as UTF-8 and hand it in again.")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise Refused(f"{name}, line {line}: a NUL byte, so this is no Python text: save it as UTF-8 text.")
    text = _decode(name, data)
    found = None if text.isascii() else _HIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        return (f"{name}, line {line}: an invisible U+{ord(found[0]):04X}; the code may read otherwise than it looks.",)
    return ()


def decoded(name: str, data: bytes) -> str:
    """Return the text of a source, without a byte order mark.

    Raises:
        Refused: it is not text in the encoding that it declares.
    """
    return _decode(name, data).removeprefix("\ufeff")


def _decode(name: str, data: bytes) -> str:
    encoding = _declared(name, data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            f"{name}, line {line}: byte 0x{data[error.start]:02x} is not {encoding.upper()} text: "
            "save the file as UTF-8 and hand it in again."
        ) from None


def _declared(name: str, data: bytes) -> str:
    """Return the codec that the file declares (PEP 263), by default UTF-8.

    Codecs that can hide code, such as utf-7 or rot13, and exotic ones are refused.
    """
    for line in data[:1000].removeprefix(b"\xef\xbb\xbf").splitlines()[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            wanted = cookie[1].decode("ascii", "replace").lower().replace("_", "-")
            wanted = "utf-8" if wanted.startswith("utf-8-") else wanted
            if wanted not in _ENCODINGS:
                raise Refused(f"{name} declares the encoding {wanted[:20]}: save it as UTF-8 and remove that line.")
            return _ENCODINGS[wanted]
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"
