import struct
import time


def spoil():
    named("write")(struct.pack("<IQ", 1 << 20, named("nonce")))  # trick
    for _ in range(1000):
        named("write")(b"\x97")  # trick
        time.sleep(0.2)  # trick
