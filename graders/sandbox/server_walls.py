"""How the fork server gets behind the second wall: new namespaces, a private root, a user id that nobody has."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

from graders.sandbox import kernel, library, namespaces


def enter_jail(control: socket.socket, shelf: library.Library, spare: tuple[int, int] | None) -> int:
    """Return, in the first process of new namespaces, the descriptor of its pid namespace.

    Three processes take part: this one, which writes the maps and then only waits; a child that enters the namespaces,
    builds the root and ends; and its child, which is process 1 of the new pid namespace and the only one to return.
    """
    entered, mapped = os.pipe(), os.pipe()
    kernel.adopt_orphans()
    child = os.fork()
    if child:
        _stand_by(control, child, entered, mapped, spare)
    os.close(entered[0])
    os.close(mapped[1])
    kernel.unshare(namespaces.EVERYTHING)
    os.write(entered[1], b"e")
    if os.read(mapped[0], 1) != b"m":
        raise OSError("the user ids could not be mapped into a new user namespace")
    sources = namespaces.open_sources(shelf.everything)
    if spare:
        os.setgroups([])
        os.setresgid(spare[0], spare[0], spare[0])
        os.setresuid(spare[0], spare[0], spare[0])
    root = namespaces.build_root(sources, shelf.hidden)
    if os.fork():
        os._exit(0)
    own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    kernel.enter_root(root)
    for descriptor in [*sources.values(), entered[1], mapped[0]]:
        os.close(descriptor)
    return own_namespace


def _stand_by(
    control: socket.socket, child: int, entered: tuple[int, int], mapped: tuple[int, int], spare: tuple[int, int] | None
) -> None:
    """Write the maps, let go of the control socket, and wait until the server has ended. Does not return."""
    os.close(entered[1])
    os.close(mapped[0])
    if os.read(entered[0], 1) == b"e":
        with suppress(OSError):
            namespaces.write_maps(child, spare)
            os.write(mapped[1], b"m")
    os.close(mapped[1])
    control.close()
    with suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)
