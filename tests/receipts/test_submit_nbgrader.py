"""The delivered folder as the real nbgrader sees it."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.submit import FolderTarget, make_manifest

NOTEBOOK = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'


def test_nbgrader_finds_the_student_the_notebook_and_the_time(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api_module = pytest.importorskip("nbgrader.apps.api")
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config

        (tmp_path / "submitted").mkdir()
        (tmp_path / "source" / "scalars").mkdir(parents=True)
        (tmp_path / "source" / "scalars" / "ex02_closures.ipynb").write_bytes(NOTEBOOK)
        for minute, content in ((0, NOTEBOOK), (5, NOTEBOOK + b"\n")):
            files = {"ex02_closures.ipynb": content}
            now = datetime(2026, 11, 21, 12, minute, tzinfo=UTC)
            names = {"course": "leafgrad", "assignment": "scalars", "student_id": "alice", "version": "0"}
            FolderTarget(tmp_path / "submitted").deliver(make_manifest(files, now=now, **names), files)
        config = Config()
        config.CourseDirectory.root = str(tmp_path)
        config.CourseDirectory.course_id = "leafgrad"
        course = CourseDirectory(config=config)
        api = api_module.NbGraderAPI(course, config=config)
        assert api.get_submitted_students("scalars") == {"alice"}
        assert api.get_submitted_students("*") == {"alice"}
        when = course.get_existing_timestamp(str(tmp_path / "submitted" / "alice" / "scalars"))
        assert when == datetime(2026, 11, 21, 12, 5)
