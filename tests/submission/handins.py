"""Makes hand-ins of every kind for the tests of the readers."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

EXERCISES = ("ex01_finite_differences", "ex02_closures", "ex03_backward")
CODE = b"class Value:\n    pass\n"


def zipped(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]], **options: Any) -> bytes:
    """Return a zip file with these members; a list of pairs may repeat a name."""
    pairs = members.items() if isinstance(members, Mapping) else members
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return buffer.getvalue()


def zipped_link(name: str, target: str) -> bytes:
    """Return a zip file whose only member is a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
    return buffer.getvalue()


def tarred(members: Iterable[tuple[tarfile.TarInfo | str, bytes]], mode: str = "w:gz", **options: Any) -> bytes:
    """Return a tar file with these members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as archive:  # type: ignore[call-overload]
        for info, data in members:
            member = tarfile.TarInfo(info) if isinstance(info, str) else info
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def code_cell(source: str, **nbgrader: Any) -> dict[str, Any]:
    """Return a code cell of nbformat 4, with nbgrader's metadata where given."""
    marks = {"schema_version": 3, "grade": False, "locked": False, "solution": False, **nbgrader}
    metadata = {"nbgrader": marks} if nbgrader else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def notebook(*cells: dict[str, Any] | str, **metadata: Any) -> bytes:
    """Return a notebook of nbformat 4; a string stands for a code cell."""
    full = [code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": full}).encode()
