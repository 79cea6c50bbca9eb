"""Start of a spawned worker: the same imports as in the fork server's workers, and no walls.

Standard input and output carry the conversation; what the student prints goes to standard error. The one argument is
JSON: `flavour`, and the places of the packages that may be imported.
"""

from __future__ import annotations

import json
import os
import struct
import sys

_ROOM = os.path.dirname(os.path.abspath(__file__))


def main() -> None:
    """Take the conversation off the standard streams, import the flavour, and serve."""
    sys.path.append(os.path.dirname(os.path.dirname(_ROOM)))
    down, up = os.dup(0), os.dup(1)
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    os.close(silence)
    os.dup2(2, 1)
    from graders.sandbox.flavours import Shelf
    from graders.sandbox.fork_entry import open_rooms
    from graders.sandbox.orphan import end_with_parent

    end_with_parent()  # or a student's endless loop would go on for ever
    configuration = json.loads(sys.argv[1])
    sys.argv[:] = ["leafgrad"]
    open_rooms()
    sys.path.pop()
    sys.meta_path.append(Shelf(configuration["packages"]))
    from graders.sandbox.own_code import OwnCode

    rooms = OwnCode()
    rooms.open()
    from graders.sandbox.warmup import first_calls
    from graders.sandbox.worker import serve

    first_calls(configuration["flavour"])
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # what is printed survives the kill
    with os.fdopen(down, "rb", buffering=1 << 16) as source:

        def write(data: bytes) -> None:
            view = memoryview(data)
            while view:
                view = view[os.write(up, view) :]

        try:
            write(b"\n")  # memory counts from here
            serve(source.read, write, rooms)
        except (BrokenPipeError, struct.error):
            os._exit(1)


if __name__ == "__main__":
    main()
