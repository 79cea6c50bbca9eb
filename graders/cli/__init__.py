"""The command `leafgrad`: a thin surface on `graders.grading.grade`, `graders.grading.batch` and the renderers."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from graders.errors import EXIT_INTERRUPTED, EXIT_NOT_PASSED, EXIT_TROUBLE

_LAST_SECOND = 1.0


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 all good, 1 some concept is not passed, 2 a usage, course or machine error."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    from graders.cli.streams import make_printable
    from graders.errors import LeafgradError

    make_printable()
    try:
        if arguments == ["status"]:
            from graders.cli.bars import show_fresh_status

            if show_fresh_status():
                sys.exit(EXIT_NOT_PASSED)
        from graders.cli.app import app

        app(args=arguments, prog_name="leafgrad")
    except LeafgradError as error:
        if debug:
            raise
        _say(str(error))
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != EXIT_INTERRUPTED:
            raise
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the next one ends at once what is still being finished
        _say("stopped. What was written until now is whole; run the same command again to go on.")
        _leave(EXIT_INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        _say(_unexpected(error, arguments))
    sys.exit(EXIT_TROUBLE)


def _unexpected(error: Exception, arguments: list[str]) -> str:
    """Return the sentences on an exception that no command turned into its own."""
    from graders.errors import FULL, not_written
    from graders.grading.faults import said

    if isinstance(error, OSError) and "--install-completion" in arguments:
        sentence = not_written(error, "A file in your home", "used").message
        return f"{sentence} To print what it would write: leafgrad --show-completion"
    try:
        Path.cwd()
    except FileNotFoundError:
        return "The folder that you are in is not there any more. Go to another one with cd."
    if isinstance(error, OSError) and error.errno in FULL:
        return str(not_written(error, "A file"))
    if isinstance(error, RuntimeError) and str(error).startswith("Symlink loop"):  # until Python 3.12
        return str(not_written(OSError(errno.ELOOP, ""), str(error).partition("'")[2].rstrip("'"), "used"))
    if isinstance(error, OSError) and error.filename:
        return str(not_written(error, "", "used"))
    return f"{said(error)} Run again with --debug to see where."


def _leave(code: int) -> NoReturn:
    """Exit, within a second whatever other threads wait for; the processes that they wait for end with this one.

    Not by `sys.exit`: where Ctrl-C met a module that was just being made from text, as by dataclasses, Python would end
    as killed by the signal, whatever exit code was asked for.
    """
    end = time.monotonic() + _LAST_SECOND
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, end - time.monotonic()))
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # whoever read it may have ended first
            stream.flush()
    os._exit(code)


def _say(text: str) -> None:
    print(f"leafgrad: {text}", file=sys.stderr)
