"""Frames between grader and worker: `u32 length | u64 nonce | msgpack payload`, little endian.

The nonce is chosen by the grader for each worker; a frame with another nonce, an oversized frame or a payload that is
not plain msgpack is a violation, and nothing else is ever read from a worker. Nothing is unpickled.
"""

from __future__ import annotations

import struct
from typing import Any

from msgpack import packb, unpackb

HEADER = struct.Struct("<IQ")
LARGEST_REPLY = 1 << 20
"""Bytes of the largest frame that a worker may send."""


class Violation(Exception):
    """The other side sent something that is not a frame of this conversation."""


def pack(nonce: int, message: Any) -> bytes:
    """Return `message` as one frame."""
    payload: bytes = packb(message, use_bin_type=True)
    return HEADER.pack(len(payload), nonce) + payload


def unpack_payload(payload: bytes | memoryview) -> Any:
    """Return the plain value in `payload`; `Violation` when it is broken or uses extension types."""
    try:
        return unpackb(payload, raw=False, strict_map_key=True, ext_hook=_no_extensions)
    except Violation:
        raise
    except Exception as error:  # msgpack raises several unrelated types, some plain ValueError or UnicodeDecodeError
        raise Violation(f"the payload is not msgpack: {type(error).__name__}") from None


class Frames:
    """Collects bytes and gives back whole messages.

    Args:
        nonce: The number that every frame must carry.
        largest: Bytes that one payload may have.
    """

    def __init__(self, nonce: int, largest: int = LARGEST_REPLY) -> None:
        self.nonce = nonce
        self.largest = largest
        self._parts: list[bytes] = []
        self._missing = 0

    @property
    def unfinished(self) -> bool:
        """Whether a part of a frame has arrived."""
        return bool(self._parts)

    def feed(self, data: bytes) -> list[Any]:
        """Return the messages that `data` completes.

        Raises:
            Violation: a frame is too long, carries a wrong nonce, or is not msgpack.
        """
        return [unpack_payload(payload) for payload in self.payloads(data)]

    def payloads(self, data: bytes) -> list[bytes]:
        """Return the payloads that `data` completes, not unpacked yet.

        Raises:
            Violation: a frame is too long or carries a wrong nonce.
        """
        if self._parts:  # parts are joined once the frame is whole: it may come in very many
            self._parts.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return []
            data = b"".join(self._parts)
        payloads = []
        at, end, stop = 0, len(data), HEADER.size
        while end - at >= HEADER.size:
            length, nonce = HEADER.unpack_from(data, at)
            if nonce != self.nonce:
                raise Violation("a frame carries a wrong nonce")
            if length > self.largest:
                raise Violation(f"a frame of {length} bytes is over the limit of {self.largest}")
            stop = at + HEADER.size + length
            if stop > end:
                break
            payloads.append(data[at + HEADER.size : stop])
            at, stop = stop, stop + HEADER.size
        self._parts = [data[at:]] if at < end else []
        self._missing = stop - end
        return payloads


def _no_extensions(code: int, data: bytes) -> Any:
    raise Violation(f"extension type {code} is not allowed")
