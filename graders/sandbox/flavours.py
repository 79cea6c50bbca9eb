"""What each flavour of worker may import, and where that lies on disk. Used by the grader and by the fork server."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

FLAVOURS: dict[str, tuple[str, ...]] = {
    "bare": (),
    "python": (),
    "numpy": ("numpy",),
    "torch": (
        "torch", "numpy", "torchgen", "functorch", "typing_extensions", "sympy", "mpmath", "networkx", "jinja2",
        "markupsafe", "fsspec", "filelock",
    ),
}  # fmt: skip
"""Packages that may be imported: the first of a flavour, and what the others need for their own imports.

`"bare"` is for the probe: it loads nothing, so that it starts at once."""

UNREAD = {"torch": ("optim", "distributed/pipelining")}
"""Parts of packages whose source no worker may read from disk, since it answers an exercise; what torch itself needs of
them is loaded before the walls go up."""

SERVER_ONLY = ("msgpack",)
"""Packages that the worker's side of the wire needs; they are loaded before the walls go up and bound nowhere."""

STOCK = (
    "abc", "array", "ast", "base64", "bisect", "builtins", "cmath", "collections", "collections.abc",
    "contextlib", "contextvars", "copy", "copyreg", "ctypes", "dataclasses", "datetime", "decimal", "difflib",
    "dis", "encodings.ascii", "encodings.cp1252", "encodings.idna", "encodings.latin_1", "encodings.utf_16",
    "encodings.utf_8_sig", "enum", "errno", "fcntl", "fractions", "functools", "gc", "graphlib", "hashlib",
    "heapq", "inspect", "io", "itertools", "json", "keyword", "linecache", "locale", "logging", "math", "mmap",
    "numbers", "operator", "os", "os.path", "pathlib", "pickle", "pprint", "queue", "random", "re", "reprlib",
    "resource", "secrets", "select", "shutil", "signal", "socket", "statistics", "string", "struct", "subprocess",
    "textwrap", "threading", "time", "timeit", "token", "tokenize", "traceback", "types", "typing", "unicodedata",
    "unittest", "warnings", "weakref", "zlib",
)  # fmt: skip
"""Modules of the standard library that are loaded before the walls go up, so that they import at once everywhere."""


def environment() -> dict[str, str]:
    """Return the whole environment of a worker: nothing of the grader's own gets there."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**threads, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "HOME": "/", "PATH": ""}


def package_places(names: Sequence[str]) -> dict[str, str]:
    """Return name to directory or file of the packages that are installed, importing none of them."""
    places = {}
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            continue
        places[name] = os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin
    return places


def with_libraries(place: str) -> list[str]:
    """Return the place of a package and of the shared libraries that its wheel keeps beside it."""
    return [path for path in (place, f"{place}.libs") if os.path.exists(path)]


class Shelf(importlib.abc.MetaPathFinder):
    """Finds packages by name at known places, so that site-packages itself stays off the path.

    Args:
        places: Name to directory or file.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self.places = dict(places)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a top-level package that lies on the shelf."""
        place = self.places.get(name) if path is None else None
        if place is None:
            return None
        if place.endswith(".py"):
            return importlib.util.spec_from_file_location(name, place)
        init = os.path.join(place, "__init__.py")
        return importlib.util.spec_from_file_location(name, init, submodule_search_locations=[place])


def standard_library() -> list[str]:
    """Return the directories of the standard library, outermost only. The caller runs without site-packages."""
    places = sorted({os.path.abspath(entry) for entry in sys.path if os.path.isdir(entry)}, key=len)
    return [
        place for place in places if not any(place.startswith(outer + os.sep) for outer in places if outer != place)
    ]


def shared_libraries(apart_from: Sequence[str]) -> list[str]:
    """Return where the shared libraries of this process lie: their directories, or the files themselves.

    Args:
        apart_from: Directories that are readable anyhow. A library in a directory above one of them is named by
            itself, since its directory would show too much.
    """
    found: set[str] = set()
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        files = {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if line.count("/") and ".so" in line}
    for file in files:
        directory = os.path.dirname(file)
        if any(file.startswith(place + os.sep) for place in apart_from):
            continue
        too_wide = any(place.startswith(directory + os.sep) for place in apart_from)
        found.add(file if too_wide else directory)
    return sorted(found)
