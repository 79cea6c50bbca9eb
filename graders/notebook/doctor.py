"""`leafgrad doctor`: what is wrong with this machine, or with a course on nbgrader, and how to mend it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from graders.errors import LeafgradError, UsageError
from graders.notebook.advice import Advice


def examine_machine(course: Path | None = None) -> list[Advice]:
    """Look at Python, packages, isolation, the cache, and the banks of the course."""
    return [*_packages(), *_isolation(), *_banks(course)]


def examine_course(folder: Path) -> list[Advice]:
    """Look for every known trap in a course directory of nbgrader, ours or anyone's.

    Raises:
        UsageError: there is no such folder, or its configuration cannot be run.
        EnvironmentTrouble: nbgrader is missing.
    """
    from graders.notebook.gradebook import need_nbgrader
    from graders.notebook.settings import course_settings
    from graders.notebook.traps import cell_traps, file_traps, gradebook_traps, key_traps, setting_traps

    if not (folder / "source").is_dir():
        raise UsageError(
            f"{folder} is no course directory: it has no folder source.", "Give the one with source in it."
        )
    need_nbgrader()
    settings = course_settings(folder)
    found = [
        *setting_traps(settings),
        *key_traps(folder, settings),
        *file_traps(folder, settings),
        *cell_traps(folder),
        *gradebook_traps(folder, settings),
    ]
    return found or [Advice(f"{folder}: none of the known traps is there.")]


def _packages() -> Iterator[Advice]:
    from graders.course.extras import WITH_TORCH

    yield Advice(f"Python {platform.python_version()} ({sys.executable}) on {platform.system()} {platform.machine()}")
    for package in ("hypothesis", "numpy", "psutil"):
        try:
            yield Advice(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Advice(f"{package} is not installed", f"python -m pip install {package}")
    for package, how in (
        ("torch", f"exercises on torch need it: {WITH_TORCH}"),
        ("pytest", "the tests in an editor need it: python -m pip install pytest"),
        ("nbgrader", "a course on nbgrader needs leafgrad[nbgrader]"),
    ):
        try:
            yield Advice(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Advice(f"{package} is not installed; {how}")


def _isolation() -> Iterator[Advice]:
    from graders.sandbox.levels import HOLDS, OPEN
    from graders.sandbox.probe import probe

    found = probe()
    yield Advice(f"Isolation: {' '.join(found.explain())}")
    yield Advice(f"What protects here: {HOLDS[found.level]}.")
    yield Advice(f"What stays open: {OPEN[found.level]}.")


def _banks(course: Path | None) -> Iterator[Advice]:
    from graders.banks.store import BankStore
    from graders.course.bind import bind, look_up
    from graders.course.course import load_course
    from graders.course.keys import FILE_NAME, secret_key, weakness

    try:
        loaded = load_course(course)
        for spec in bind(loaded).values():
            if find_spec("torch"):
                look_up(spec)
    except LeafgradError as error:
        yield Advice(error.message, error.next_step or "Go to the course's folder.")
        return
    key = secret_key(loaded)
    path = loaded.folder / FILE_NAME
    if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
        yield Advice(f"{path} is open to other users of this machine", f"chmod 600 {path}")
    stores = [BankStore(loaded)] + ([BankStore(loaded, key)] if key else [])
    yield Advice(f"Course {loaded.course} ({loaded.path}), {'a secret and the' if key else 'only the'} public key")
    if short := weakness(key):
        yield Advice(short, "Move leafgrad.key away, or unset LEAFGRAD_KEY, and run `leafgrad key new`.")
    folder = stores[0].folder
    home = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(home, os.W_OK):
        yield Advice(f"The cache {folder} cannot be written", "Set LEAFGRAD_CACHE to a folder of your own.")
    solutions = loaded.folder / "solutions"
    for name in loaded.exercise_ids:
        ideas = solutions / "wrong" / f"{name}.yml"
        if (solutions / f"{name}.py").is_file() and not ideas.is_file():
            yield Advice(f"{name} has a solution but no wrong ideas, so reports name none", f"Write them in {ideas}.")
    for store in stores:
        ready = [name for name in loaded.exercise_ids if loaded.exercise(name).concepts]
        cached = [name for name in ready if store.cached(name)]
        rest = "; the others are prepared when they are first graded" if len(cached) < len(ready) else ""
        yield Advice(
            f"Cases under the {'public' if store is stores[0] else 'secret'} key: {len(cached)} of {len(ready)} "
            f"exercises prepared in {folder}{rest}"
        )
