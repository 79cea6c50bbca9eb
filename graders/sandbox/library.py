"""What a worker may read from disk: the standard library, shared libraries, and each allowed package by name."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
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
        unread: Directories in the packages that may not be read.
    """

    trees: tuple[str, ...]
    packages: tuple[str, ...]
    shared: tuple[str, ...]
    unread: tuple[str, ...] = ()

    @property
    def everything(self) -> list[str]:
        """Return what the private root binds."""
        return [*self.trees, *self.packages, *self.shared, _LOADER_CACHE, *DEVICES]

    @property
    def hidden(self) -> list[str]:
        """Return the directories that hold packages nobody allowed, and parts of packages that may not be read."""
        places = [*self._foreign, *self.unread]
        return [*map(os.path.realpath, places), *places]

    @property
    def _foreign(self) -> list[str]:
        return [os.path.join(tree, name) for tree in self.trees for name in _FOREIGN]

    def ruleset(self, version: int | None) -> int:
        """Return the descriptor of the Landlock ruleset for these places.

        Landlock has no exceptions, so that each entry of a tree is allowed by itself, and what is hidden is not. The
        trees and packages can be listed with all below them, for without that nothing in them is found.

        Args:
            version: Use only what this version of Landlock has; None for what the kernel offers.
        """
        without = {*self._foreign, *self.unread}
        entries = [entry for place in (*self.trees, *self.packages) for entry in _entries(place, without)]
        listable = (*self.trees, *filter(os.path.isdir, self.packages))
        readable = [*entries, *self.shared, _LOADER_CACHE]
        return landlock.ruleset(readable, listable, devices=DEVICES, version=version)


def _entries(place: str, without: Collection[str]) -> list[str]:
    """Return what is to be allowed for a directory or file, some directories in it left out."""
    if place in without:
        return []
    if not any(other.startswith(place + os.sep) for other in without):
        return [place]
    return [entry for name in os.listdir(place) for entry in _entries(os.path.join(place, name), without)]


def of_this_process(places: Mapping[str, str]) -> Library:
    """Return the library of a warmed-up process that runs without site-packages.

    Args:
        places: Name to directory or file of the allowed packages.
    """
    trees = flavours.standard_library()
    packages = [path for place in places.values() for path in flavours.with_libraries(place)]
    shared = flavours.shared_libraries(apart_from=[*trees, *packages])
    unread = [os.path.join(place, part) for name, place in places.items() for part in flavours.UNREAD.get(name, ())]
    return Library(tuple(trees), tuple(packages), tuple(shared), tuple(unread))
