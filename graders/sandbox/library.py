"""What a worker may read from disk: the standard library, shared libraries, and each allowed package by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from graders.sandbox import flavours, landlock
from graders.sandbox.namespaces import DEVICES

_LOADER_CACHE = "/etc/ld.so.cache"
_FOREIGN = ("site-packages", "dist-packages")


@dataclass(frozen=True)
class Library:
    """Places on disk.

    Attributes:
        trees: Directories of the standard library.
        packages: Directories and files of the allowed packages.
        shared: Directories and files of the shared libraries.
    """

    trees: tuple[str, ...]
    packages: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def everything(self) -> list[str]:
        """Return what the private root binds."""
        return [*self.trees, *self.packages, *self.shared, _LOADER_CACHE, *DEVICES]

    @property
    def hidden(self) -> list[str]:
        """Return the directories in the trees that hold packages nobody allowed."""
        return [os.path.join(os.path.realpath(tree), name) for tree in self.trees for name in _FOREIGN] + [
            os.path.join(tree, name) for tree in self.trees for name in _FOREIGN
        ]

    def ruleset(self, version: int | None) -> int:
        """Return the descriptor of the Landlock ruleset for these places.

        Landlock has no exceptions, so that each entry of a tree is allowed by itself, and site-packages is not.

        Args:
            version: Use only what this version of Landlock has; None for what the kernel offers.
        """
        entries = []
        for tree in self.trees:
            entries += [os.path.join(tree, name) for name in os.listdir(tree) if name not in _FOREIGN]
        readable = [*entries, *self.packages, *self.shared, _LOADER_CACHE]
        return landlock.ruleset(readable, listable=self.trees, devices=DEVICES, version=version)


def of_this_process(places: Mapping[str, str]) -> Library:
    """Return the library of a warmed-up process that runs without site-packages.

    Args:
        places: Name to directory or file of the allowed packages.
    """
    trees = flavours.standard_library()
    packages = [path for place in places.values() for path in flavours.with_libraries(place)]
    shared = flavours.shared_libraries(apart_from=[*trees, *packages])
    return Library(tuple(trees), tuple(packages), tuple(shared))
