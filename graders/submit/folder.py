"""A folder in nbgrader's layout, `<root>/<student>/<assignment>/`: a shared drive, or a course's `submitted`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from graders.errors import SubmissionError
from graders.submission.disk import Folder
from graders.submission.model import ARCHIVE_BYTES, Refused
from graders.submission.times import parse_time
from graders.submit.access import access_below, close_to_others, refuse_foreign
from graders.submit.records import MANIFEST_NAME, Manifest, Receipt
from graders.submit.target import Unreachable, hidden_beside, refuse_older, trouble_at
from graders.text import plain

TIMESTAMP_NAME = "timestamp.txt"


class FolderTarget:
    """Delivers into a folder that is there already.

    The new state is made ready in a hidden folder beside the old one and then takes its place by a rename. The state
    before is kept as `.<assignment>.previous`; should the machine stop between the two renames, the next delivery
    finds it there and goes on from it. nbgrader, whose layout it is, reads notebooks only.

    What it writes is readable by the student and by the group of the student's folder, or of the root where that is
    new. A student's folder that belongs to another user is refused.
    """

    notebooks = True

    def __init__(self, root: Path) -> None:
        self.root = root

    def deliver(self, manifest: Manifest, files: Mapping[str, bytes]) -> Receipt:
        """See `Target.deliver`."""
        with trouble_at(self.root, Unreachable):
            there = self.root.is_dir()
        if not there:
            raise Unreachable(
                f"There is no folder {plain(str(self.root))} to submit to.",
                "Check the path, or whether the drive is connected.",
            )
        place = self._place(manifest)
        with trouble_at(place, Unreachable):
            refuse_foreign(place.parent, self.root)
            self._recover(place)
        found, found_at = self._existing(place)
        existing = found if found and found.is_for(manifest) and self._is_whole(found) else None
        if existing and existing.describes(files):
            return Receipt(target="folder", place=str(place.resolve()), manifest=existing)
        refuse_older(manifest, found_at, str(place))
        merged = manifest.after(existing)
        with trouble_at(place, Unreachable):
            self._replace(place, merged, files)
        return Receipt(target="folder", place=str(place.resolve()), manifest=merged)

    def held(self, manifest: Manifest) -> Manifest | None:
        """See `Target.held`."""
        with trouble_at(self.root, Unreachable):
            found, _ = self._existing(self._place(manifest))
        return found if found and found.is_for(manifest) else None

    def fetch(self, manifest: Manifest) -> dict[str, bytes]:
        """See `Target.fetch`."""
        try:
            with Folder(self._place(manifest)) as folder:
                names = [entry.name for entry in folder.entries() if entry.kind == "file"]
                return {name: folder.read((name,), ARCHIVE_BYTES) for name in names if not name.startswith(".")}
        except Refused as refused:
            raise SubmissionError(str(refused)) from None

    def _place(self, manifest: Manifest) -> Path:
        return self.root / manifest.student_id / manifest.assignment

    def _is_whole(self, existing: Manifest) -> bool:
        """Return whether the files still are as their manifest says; then its entries may be carried over."""
        files = self.fetch(existing)
        return set(existing.files) <= set(files) and existing.describes({name: files[name] for name in existing.files})

    def _existing(self, place: Path) -> tuple[Manifest | None, str | None]:
        """Return the manifest of what lies there now, and its time; a hand-in by other means has a time only."""
        if not os.path.lexists(place):
            return None, None
        try:
            with Folder(place) as folder:
                names = {entry.name for entry in folder.entries()}
                if MANIFEST_NAME in names:
                    with suppress(ValueError):
                        found = Manifest.model_validate_json(folder.read((MANIFEST_NAME,), 1 << 20))
                        return found, found.created_at
                if TIMESTAMP_NAME in names:
                    with suppress(ValueError):
                        return None, parse_time(folder.read((TIMESTAMP_NAME,), 200))
        except Refused as refused:
            raise SubmissionError(str(refused), "Ask your instructor to remove it.") from None
        return None, None

    def _replace(self, place: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        if not place.parent.exists():
            access_below(self.root).make_folder(place.parent)
        access = access_below(place.parent)
        ready, previous = hidden_beside(place, "new"), _previous(place)
        try:
            access.make_folder(ready)
            if place.exists():
                access.copy(place, ready)
            stamp = f"{manifest.created_at[:10]} {manifest.created_at[11:19]}.000000 UTC"
            extra = {TIMESTAMP_NAME: stamp.encode(), MANIFEST_NAME: manifest.to_json()}
            for name, data in {**files, **extra}.items():
                (ready / name).unlink(missing_ok=True)
                access.make_file(ready / name, data)
            if place.exists():
                shutil.rmtree(previous, ignore_errors=True)
                place.rename(previous)
                close_to_others(previous)
            ready.rename(place)
        except BaseException:
            self._recover(place)
            raise
        finally:
            shutil.rmtree(ready, ignore_errors=True)

    def _recover(self, place: Path) -> None:
        """Put the previous state back where a delivery stopped between its two renames."""
        previous = _previous(place)
        if not os.path.lexists(place) and previous.is_dir() and not previous.is_symlink():
            previous.rename(place)


def _previous(place: Path) -> Path:
    return place.with_name(f".{place.name}.previous")
