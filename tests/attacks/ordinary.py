"""Runs a command as an ordinary user who can read the interpreter and this checkout, wherever root keeps them.

    python tests/attacks/ordinary.py COMMAND ...

For root only. Where a private home lies above the interpreter or the checkout, the command gets a mount namespace in
which an empty directory takes the home's place, with what is needed bound into it.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOUSE))

from graders.sandbox import kernel  # noqa: E402  the path is set above

NOBODY = 65534


def private_home(path: str) -> str | None:
    """Return the outermost directory above `path` that other users may not enter."""
    for above in [*reversed(Path(path).parents), Path(path)]:
        if not os.stat(above).st_mode & stat.S_IXOTH:
            return str(above)
    return None


def open_homes() -> None:
    """Put empty directories over the private homes, and what the command needs back into them."""
    needed = {os.path.realpath(path) for path in (sys.base_prefix, sys.prefix, HOUSE)}
    homes = {path: home for path in needed if (home := private_home(path))}
    if not homes:
        return
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    sources = {path: os.open(path, os.O_PATH) for path in homes}
    for home in set(homes.values()):
        kernel.mount("tmpfs", home, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755")
    for path, source in sources.items():
        os.makedirs(path, mode=0o755)
        kernel.mount(f"/proc/self/fd/{source}", path, None, kernel.MS_BIND | kernel.MS_REC)


def main() -> None:
    """Become the ordinary user and execute the command."""
    open_homes()
    kernel.change_user(NOBODY, NOBODY)
    kernel.dumpable()
    os.environ.update(HOME="/", LEAFGRAD_CACHE="/nonexistent")
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
