"""Large pages under the fork server, so that a fork copies a few hundred entries of page tables and not fifty thousand.

With torch loaded, most of the cost of a fork and of the worker's end is the page tables of some 200 MB of small
objects. `MADV_COLLAPSE` (Linux 6.1) turns them into pages of 2 MB once; a worker that writes gets small ones back where
it writes. Where the kernel does not know the call, nothing happens.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator

from graders.sandbox.kernel import libc

_SIZE = 1 << 21
_MADV_COLLAPSE = 25


def collapse(memory: Iterable[tuple[int, int]]) -> int:
    """Put memory of this process on large pages where it fills them; return how many it got.

    Args:
        memory: Ranges of addresses, from `own_memory`; those that are gone do no harm.
    """
    advise = libc().madvise
    made = 0
    for first, end in memory:
        first = -(-first // _SIZE) * _SIZE
        for place in range(first, end - _SIZE + 1, _SIZE):
            made += not advise(ctypes.c_void_p(place), ctypes.c_size_t(_SIZE), ctypes.c_int(_MADV_COLLAPSE))
    return made


def own_memory() -> Iterator[tuple[int, int]]:
    """Give the ranges of writable memory that no file backs; asked before the private root, which has no /proc."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        place, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights.startswith("rw-p") and (not name or name == ["[heap]"]):
            first, _, end = place.partition("-")
            yield int(first, 16), int(end, 16)
