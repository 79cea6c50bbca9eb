import struct


def spoil():
    index = named("index")
    if isinstance(index, int) and index < 128:
        reply = b"\x97" + bytes([index]) + b"\xa2ok" + b"\x91\xd4\x05\x00" + b"\xa0\xa0\xa0\x00"
        named("write")(struct.pack("<IQ", len(reply), named("nonce")) + reply)  # trick
