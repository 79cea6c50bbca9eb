"""A process that ends soon after the one that started it, where the kernel offers nothing better everywhere."""

from __future__ import annotations

import os
import threading
import time

_GLANCE = 0.5


def end_with_parent() -> None:
    """Watch, on a thread, for the end of the parent, and end this process then, whatever it is doing."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_GLANCE)
    os._exit(1)
