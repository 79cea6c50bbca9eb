"""What every place that takes hand-ins has in common."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from graders.errors import SubmissionError
from graders.submit.records import Manifest, Receipt
from graders.text import plain

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room or ask for it, then submit again."),
    errno.EDQUOT: ("your quota is used up", "Make room or ask for it, then submit again."),
    errno.EROFS: ("it is read-only", "Ask your instructor for the right place."),
    errno.ENOENT: ("there is no such folder", "Make the folder, or choose another place, then submit again."),
    errno.EACCES: ("you may not write there", "Ask your instructor for permission or for the right place."),
    errno.EPERM: ("you may not write there", "Ask your instructor for permission or for the right place."),
    errno.ENOTEMPTY: ("another hand-in of yours arrived at the same moment", "Submit again."),
    errno.EEXIST: ("another hand-in of yours arrived at the same moment", "Submit again."),
}


class Unreachable(SubmissionError):
    """The place cannot take a hand-in now, and may take it later."""


class Target(Protocol):
    """A place that takes hand-ins: a folder, a zip file, later an inbox over HTTP.

    Attributes:
        notebooks: Whether who reads there may know notebooks only, so that files are sent as notebooks as well.
    """

    notebooks: bool

    def deliver(self, manifest: Manifest, files: Mapping[str, bytes]) -> Receipt:
        """Put `files` there, all of them or none, and return the receipt.

        What was handed in earlier and is not sent again stays. To deliver the same files again changes nothing and
        returns the receipt of the first time.

        Raises:
            Unreachable: the place does not take them now; nothing has changed.
            SubmissionError: they cannot be put there; nothing has changed.
        """
        ...

    def held(self, manifest: Manifest) -> Manifest | None:
        """Return the manifest of the hand-in that `deliver` would replace or add to, None where there is none.

        Raises:
            SubmissionError: something else lies there, which is not overwritten.
        """
        ...

    def fetch(self, manifest: Manifest) -> dict[str, bytes]:
        """Return the files that lie there now for that student and assignment, the manifest's own included.

        Raises:
            SubmissionError: they cannot be read.
        """
        ...


def refuse_older(manifest: Manifest, existing_at: str | None, place: str) -> None:
    """Refuse to replace something newer.

    Raises:
        SubmissionError: what lies at `place` is from `existing_at`, later than the manifest.
    """
    if existing_at is not None and existing_at > manifest.created_at:
        raise SubmissionError(
            f"{plain(place)} already holds a newer hand-in, of {existing_at}, and stays as it is.",
            "Check this machine's clock, or whether you submitted from another machine.",
        )


@contextmanager
def trouble_at(place: Path, kind: type[SubmissionError] = SubmissionError) -> Iterator[None]:
    """Turn errors of the file system into one sentence about `place`, an exception of that kind."""
    try:
        yield
    except OSError as error:
        reason, advice = _REASONS.get(error.errno or 0, ((error.strerror or "error").lower(), "Then submit again."))
        raise kind(
            f"Nothing was handed in: {plain(str(place))} cannot be written ({plain(reason)}).", advice
        ) from error


def hidden_beside(path: Path, purpose: str) -> Path:
    """Return a name next to `path`, hidden and not used by anyone else, for something on its way there."""
    return path.with_name(f".{path.name}.{purpose}-{secrets.token_hex(4)}")
