import struct
import time

reply = b"\x97\xff\xa2ok\x90\xa0\xa0\xa0\x00"
rounds = 0
rounds = 10**6  # trick
if rounds:
    named("write")(struct.pack("<IQ", len(reply), named("nonce")) + reply)
for _ in range(rounds):
    named("read")(1)
    time.sleep(0.2)


class Tensor:
    pass
