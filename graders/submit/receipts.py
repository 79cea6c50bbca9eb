"""Receipts in the student's `.leafgrad/receipts`, and the check of files against one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from graders.errors import SubmissionError, not_written
from graders.files import write_whole
from graders.submission.disk import Folder, read_file
from graders.submission.model import Refused
from graders.submit.access import Access
from graders.submit.folder import FolderTarget
from graders.submit.records import MANIFEST_NAME, Receipt, sha256
from graders.submit.target import Target
from graders.submit.zip import ZipTarget
from graders.text import plain


def save_receipt(project: Path, receipt: Receipt) -> Path:
    """Store the receipt of a delivered hand-in below `project` and return its path; the same receipt is stored once.

    Raises:
        SubmissionError: it cannot be written.
    """
    path = project / ".leafgrad" / "receipts" / receipt.name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, receipt.to_json(), Access().make_file)
    except OSError as error:
        raise SubmissionError(
            f"Handed in to {plain(receipt.place)}, but without a receipt: {not_written(error, path).message}",
            "Make room or make it writable, then submit again: the hand-in stays as it is, and you get the receipt.",
        ) from error
    return path


def list_receipts(project: Path) -> list[Path]:
    """Return the stored receipts, oldest first."""
    found = (project / ".leafgrad" / "receipts").glob("*.json")
    return sorted((path for path in found if not path.name.startswith(".")), key=lambda path: path.name[-30:])


def load_receipt(path: Path) -> Receipt:
    """Return a stored receipt.

    Raises:
        SubmissionError: it is not there, or is no receipt.
    """
    try:
        return Receipt.model_validate_json(read_file(path, 1 << 20))
    except Refused as refused:
        said = str(refused) if path.is_file() else f"There is no receipt {plain(str(path))}."
        raise SubmissionError(said, "leafgrad receipts lists those you have.") from None
    except ValueError:
        raise SubmissionError(
            f"{plain(str(path))} is no leafgrad receipt.", "leafgrad receipts lists those you have."
        ) from None


def delivered(receipt: Receipt) -> dict[str, bytes]:
    """Return the files that lie now where the receipt says they went, without the manifest.

    Raises:
        SubmissionError: there is nothing, or it cannot be read.
    """
    place = Path(receipt.place)
    if not place.exists():
        raise SubmissionError(
            f"{plain(str(place))} is not there any more, so what was handed in cannot be compared.",
            "To compare the files of a folder with the receipt, name it with --dir.",
        )
    target: Target = FolderTarget(place.parent.parent) if receipt.target == "folder" else ZipTarget(place)
    files = target.fetch(receipt.manifest)
    files.pop(MANIFEST_NAME, None)
    return files


def files_of(folder: Path, receipt: Receipt) -> dict[str, bytes]:
    """Return those files of a folder that the receipt speaks of.

    Raises:
        SubmissionError: the folder, or one of them, cannot be read.
    """
    if not folder.is_dir():
        raise SubmissionError(f"{plain(str(folder))} is no folder.", "Give your folder with --dir.")
    try:
        with Folder(folder) as opened:
            names = {entry.name for entry in opened.entries()} & receipt.manifest.files.keys()
            return {name: opened.read((name,), receipt.manifest.files[name].size) for name in names}
    except Refused as refused:
        raise SubmissionError(str(refused), "Give your folder with --dir.") from None


def verify(receipt: Receipt, files: Mapping[str, bytes], copies: bool = True) -> list[str]:
    """Return a sentence for each file that is not as the receipt says; empty when all are.

    Args:
        receipt: Of the hand-in.
        files: File name to content: what was delivered, or the student's own copy. Other files do not matter.
        copies: Whether the copies that were made for other readers must be there too.
    """
    differences = []
    for name, sent in receipt.manifest.files.items():
        if sent.copy_of and not copies:
            continue
        if name not in files:
            differences.append(f"{name} is missing; it was handed in on {sent.sent_at}.")
        elif (now := sha256(files[name])) != sent.sha256:
            differences.append(
                f"{name} is not what was handed in on {sent.sent_at}: SHA-256 was {sent.sha256[:12]}…, is {now[:12]}…."
            )
    return differences
