"""Work that goes on beside other work, on another core: a forked process that has everything in memory already."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable

from graders.grading.faults import Fault

Faults = list[tuple[str, Fault]]
"""What could not be done, by name."""


def aside(work: Callable[[], Faults]) -> Callable[[], Faults]:
    """Begin some work in a forked process, and return what waits for its end.

    Where the system does not fork, or other threads could hold a lock, the work is done when it is waited for. So it
    is where the process ends without a result.

    Args:
        work: Changes nothing in memory that is needed later; returns what could not be done.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1 or (os.cpu_count() or 1) < 2:
        return work
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _work_and_end(work, read, write)
    os.close(write)

    def wait() -> Faults:
        with os.fdopen(read, "rb") as stream:
            data = stream.read()
        _, status = os.waitpid(child, 0)
        if status or not data:
            return work()
        return [(name, Fault(why, trace)) for name, why, trace in json.loads(data)]

    return wait


def _work_and_end(work: Callable[[], Faults], read: int, write: int) -> None:
    """Do the work in the child, which leaves without the parent's buffers and handlers."""
    status = 1
    try:
        os.close(read)
        with os.fdopen(write, "wb") as stream:
            stream.write(json.dumps([(name, fault.why, fault.trace) for name, fault in work()]).encode())
        status = 0
    finally:
        os._exit(status)
