"""A process that ends soon after the one that started it, where the kernel offers nothing better everywhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress

_GLANCE = 0.5


def end_with_parent() -> None:
    """Watch, on a thread, for the end of the parent, and end this process then, whatever it is doing."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    if sys.platform == "win32":  # there getppid() goes on naming a parent that has ended
        import _winapi

        with suppress(OSError):  # it has ended already
            _winapi.WaitForSingleObject(_winapi.OpenProcess(_winapi.SYNCHRONIZE, False, parent), _winapi.INFINITE)
    else:
        while os.getppid() == parent:
            time.sleep(_GLANCE)
    os._exit(1)
