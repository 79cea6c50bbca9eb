import struct


def spoil():
    reply = b"\x97\x00\xa2ok\x90\xa0\xa0\xa0\x00"
    named("write")((struct.pack("<IQ", len(reply), named("nonce")) + reply) * 50_000)  # trick
