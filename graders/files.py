"""Writing a file in one piece: after a crash there is the old file or the new one, never half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from graders.errors import not_written

PART = ".part-"
"""How the name of a file on its way begins; whatever is called so may be removed."""

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
"""How a file is opened that must not be there yet."""


def new_file(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, for its owner alone (0600)."""
    with os.fdopen(os.open(path, NEW, 0o600), "wb") as stream:
        stream.write(data)


def plain_file(path: Path, data: bytes) -> None:
    """Write a new file with the rights that the user's files have."""
    path.write_bytes(data)


def write_whole(path: Path, data: bytes, make: Callable[[Path, bytes], None] = new_file) -> None:
    """Write a file in one piece.

    Args:
        path: Of the file; its folder is there.
        data: What it will hold.
        make: Writes a new file, with the rights that it should have.

    Raises:
        OSError: it cannot be written; its `filename` is `path`, and the old file is as it was.
    """
    if not path.name or path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    ready = path.with_name(f"{PART}{secrets.token_hex(8)}")
    try:
        make(ready, data)
        ready.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            ready.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = os.fspath(path), None  # nobody knows the file on its way
        raise


@contextlib.contextmanager
def writable(place: Path) -> Iterator[None]:
    """Say in a sentence what cannot be written, and what to do, where the block raises that.

    Args:
        place: The file or folder that the block writes.

    Raises:
        EnvironmentTrouble: in the place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise not_written(error, place.absolute()) from None
