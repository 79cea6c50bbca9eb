"""A zip file for any learning platform, with the files at its top and the manifest beside them."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from graders.errors import SubmissionError
from graders.files import write_whole
from graders.submission.archive import members_of
from graders.submission.disk import read_file
from graders.submission.model import ARCHIVE_BYTES, Refused
from graders.submit.access import access_below
from graders.submit.records import MANIFEST_NAME, Manifest, Receipt
from graders.submit.target import refuse_older, trouble_at
from graders.text import plain


class ZipTarget:
    """Makes or renews one zip file, which belongs to one student and one assignment."""

    notebooks = False

    def __init__(self, path: Path) -> None:
        self.path = path

    def deliver(self, manifest: Manifest, files: Mapping[str, bytes]) -> Receipt:
        """See `Target.deliver`."""
        place = self.path
        existing, kept = self._existing(manifest)
        if existing and existing.describes(files):
            return Receipt(target="zip", place=str(place.resolve()), manifest=existing)
        refuse_older(manifest, existing.created_at if existing else None, str(place))
        merged = manifest.after(existing)
        data = _packed(merged, {**kept, **files})
        with trouble_at(place):
            write_whole(place, data, access_below(place.parent).make_file)
        return Receipt(target="zip", place=str(place.resolve()), manifest=merged)

    def held(self, manifest: Manifest) -> Manifest | None:
        """See `Target.held`."""
        return self._existing(manifest)[0]

    def fetch(self, manifest: Manifest) -> dict[str, bytes]:
        """See `Target.fetch`."""
        return self.files()

    def files(self) -> dict[str, bytes]:
        """Return the files in the zip file.

        Raises:
            SubmissionError: it cannot be read.
        """
        try:
            members, notes = members_of(plain(self.path.name), read_file(self.path, ARCHIVE_BYTES))
            if notes:
                raise Refused(notes[0])
            return {"/".join(member.path): member.read(ARCHIVE_BYTES) for member in members}
        except Refused as refused:
            raise SubmissionError(str(refused)) from None

    def _existing(self, manifest: Manifest) -> tuple[Manifest | None, dict[str, bytes]]:
        """Return what an earlier delivery left there: its manifest and its files.

        Raises:
            SubmissionError: it is something else, which is not overwritten.
        """
        if not os.path.lexists(self.path):
            return None, {}
        files: dict[str, bytes] = {}
        try:
            files = self.files()
            found = Manifest.model_validate_json(files.pop(MANIFEST_NAME, b""))
            if found.is_for(manifest) and set(files) == set(found.files) and found.describes(files):
                return found, files
        except (SubmissionError, ValueError):
            pass
        raise SubmissionError(
            f"{plain(str(self.path))} is there already and is not this hand-in's zip file, so it is not overwritten.",
            "Move it away or choose another name.",
        )


def _packed(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """Return the zip file's bytes, which depend on nothing but what is in it."""
    buffer = io.BytesIO()
    year, month, day = (int(part) for part in manifest.created_at[:10].split("-"))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted({**files, MANIFEST_NAME: manifest.to_json()}.items()):
            info = zipfile.ZipInfo(name, (max(year, 1980), month, day, 0, 0, 0))
            info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()
