"""Telling calls: the kernel asks the server before it denies some system calls, and the server takes note.

What is noted is a sign for the instructor, never points. The answer is always EPERM; the call is never carried out.
Source: seccomp_unotify(2).
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections import Counter

from graders.sandbox import syscalls
from graders.sandbox.kernel import architecture

_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_REQUEST = struct.Struct("<QIIiIQ6Q")
_RESPONSE = struct.Struct("<QqiI")
_MOST_NOTES = 200
"""Calls after which nobody listens any more; the kernel then denies them with ENOSYS by itself."""


class Listener:
    """The receiving end of one worker's filter.

    Args:
        descriptor: What `seccomp.load(..., listening=True)` returned in the worker.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.notes: Counter[str] = Counter()
        self._names = syscalls.numbers(syscalls.TELLING | syscalls.NARROWED, architecture())

    def answer(self) -> bool:
        """Deny one waiting call and note it; False when the worker is gone or has asked too often."""
        request = bytearray(_REQUEST.size)
        try:
            fcntl.ioctl(self.descriptor, _RECEIVE, request)
            identity, _, _, number = _REQUEST.unpack(request)[:4]
            self.notes[self._names.get(number, str(number))] += 1
            fcntl.ioctl(self.descriptor, _SEND, _RESPONSE.pack(identity, 0, -errno.EPERM, 0))
        except OSError as error:
            return error.errno in (errno.ENOENT, errno.EINTR)
        return self.notes.total() < _MOST_NOTES

    def close(self) -> None:
        """Listen no more."""
        os.close(self.descriptor)
