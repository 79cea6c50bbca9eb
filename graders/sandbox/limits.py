"""Resource limits of one worker: the kernel's own walls against runaway code."""

from __future__ import annotations

import resource

DESCRIPTORS = 32
STACK = 8 << 20
_PAGE = resource.getpagesize()


def image_bytes() -> int:
    """Return the address space of this process in bytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * _PAGE


def put_on(base: int, memory: int, cpu: int) -> None:
    """Limit this process for good.

    Args:
        base: Bytes of address space it has already, as a fork of the server.
        memory: Megabytes it may add.
        cpu: Seconds of processor time. Past them SIGXCPU ends it, one second later SIGKILL: the first process of a
            pid namespace ignores the first of the two.
    """
    _limit(resource.RLIMIT_AS, base + (memory << 20))
    _limit(resource.RLIMIT_STACK, STACK)
    _limit(resource.RLIMIT_NOFILE, DESCRIPTORS)
    for name in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_MEMLOCK):
        _limit(name, 0)
    _limit(resource.RLIMIT_CPU, cpu, cpu + 1)


def _limit(name: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; where the machine's own hard limit is lower still, that one stands."""
    highest = resource.getrlimit(name)[1]
    hard = soft if hard is None else hard
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(name, (soft, hard))
