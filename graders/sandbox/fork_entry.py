"""The fork server: started by exec with an empty environment, it imports, jails itself, and forks a worker per request.

It never runs a student's code, holds no expected value and no other submission. Its only tie to the grader is the
control socket, which is its standard input: JSON messages, with descriptors beside them. When the grader ends, however
it ends, the socket does, and so do the server and all its workers.

Messages: the configuration first, answered by `{"level": ...}` or `{"error": ...}`; then `{"do": "fork", ...}` with
the worker's wire and output as descriptors, answered by `{"id": ...}` with a pidfd; `{"do": "reap", "id": ...}`,
answered by `{"status": ..., "notes": ...}` once that worker has ended.
"""

from __future__ import annotations

import json
import os
import sys
import types
from typing import Any

ROOM = os.path.dirname(os.path.abspath(__file__))


def open_rooms() -> None:
    """Make `graders` and its rooms importable without running the package's own start, which is the grader's."""
    house = os.path.dirname(ROOM)
    for name, place in (("graders", house), ("graders.sandbox", ROOM)):
        package = types.ModuleType(name)
        package.__path__ = [place]
        sys.modules[name] = package


def main() -> None:
    """Start, report and serve until the control socket ends."""
    import socket

    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=0)
    try:
        configuration: dict[str, Any] = json.loads(control.recv(1 << 16))
        open_rooms()
        from graders.sandbox.fork_server import start

        start(control, configuration)
    except Exception as error:  # told to the grader, which decides what to do without this server
        control.send(json.dumps({"error": f"{type(error).__name__}: {error}"[:500]}).encode())
        if "--debug" in sys.argv:
            raise


if __name__ == "__main__":
    main()
