"""Rows 26 to 40: time, memory, processes, output, files, and what the parser can stand."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from arena import HONEST, LIMITS, Arena, Outcome, expect, stopped, walls
from attack import WALLED, attack
from rows_forgery import _MUL, _STEAL

_SLACK = 6.0
"""Seconds that a killed worker may take beyond its limit on a machine that is busy with other things."""


def _timed_out(outcome: Outcome) -> str:
    expect(outcome.seen.status == "timeout", f"it ended as {outcome.seen.status}: {outcome.seen.text}")
    expect(outcome.seconds < LIMITS.load * 5 + _SLACK, f"it took {outcome.seconds:.1f} s")
    return "clock of the grader"


@attack(26, "infinite loop", quick=True)
def infinite_loop(arena: Arena) -> str:
    return _timed_out(arena.run("while True: pass\n"))


@attack(27, "loop inside one C call")
def loop_in_c(arena: Arena) -> str:
    _timed_out(arena.run("import re\nre.match('(a+)+$', 'a' * 40 + 'b')\n"))
    return _timed_out(arena.run("x = 10 ** 10 ** 8\nstr(x)\n"))


@attack(28, "sleep, deadlock, input()", quick=True)
def waiting(arena: Arena) -> str:
    expect(arena.run("input()\n").seen.error == "EOFError", "input() did not end at once")
    _timed_out(arena.run("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n"))
    return _timed_out(arena.run("import time\ntime.sleep(1000)\n"))


@attack(29, "ignore all signals")
def ignore_signals(arena: Arena) -> str:
    code = """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
"""
    _timed_out(arena.run(code))
    return "SIGKILL"


@attack(30, "memory bomb", quick=True)
def memory_bomb(arena: Arena) -> str:
    for bomb in ("kept = []\nwhile True: kept.append(b'x' * (1 << 20))\n", "big = b'x' * (1 << 33)\n"):
        seen = arena.run(bomb).seen
        expect(seen.status == "memory", f"it ended as {seen.status} {seen.error}")
    return "rlimit" if arena.walled else "memory poll"


@attack(31, "fork bomb", WALLED)
def fork_bomb(arena: Arena) -> str:
    once = arena.run("import os\ntell(a=attempt(lambda: os.fork() or os._exit(0)))\n").said
    stopped(once["a"], "BlockingIOError")  # only where one fork is denied do we try many
    code = """
import os
made = 0
for _ in range(200):
    try:
        if os.fork() == 0: os._exit(0)
        made += 1
    except OSError: pass
tell(made=made)
"""
    expect(arena.run(code).said["made"] == 0, "children were made")
    return "seccomp"


@attack(32, "threads left running", WALLED, quick=True)
def threads(arena: Arena) -> str:
    said = arena.run("import threading\ntell(a=attempt(threading.Thread(target=print).start))\n").said
    return stopped(said["a"], "RuntimeError")


@attack(33, "deep recursion")
def recursion(arena: Arena) -> str:
    endless = "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return f()\nf()\n"
    nested = "import sys\nsys.setrecursionlimit(10 ** 9)\nx = []\nfor _ in range(10 ** 6): x = [x]\nrepr(x)\n"
    for code in (endless, nested):
        status = arena.run(code).seen.status
        expect(status in ("memory", "crashed", "timeout", "raised"), f"it ended as {status}")
    return "rlimit, clock" if arena.walled else "memory poll, clock"


@attack(34, "segmentation fault and abort in one case of many")
def crash_in_one_case(arena: Arena) -> str:
    bank = arena.store.banks("ex02_closures")["mul"]
    guilty = next(i for i in range(1, len(bank)) if bank.case(i).leaves not in [bank.case(j).leaves for j in range(i)])
    for crash in ("__import__('ctypes').string_at(0)", "__import__('os').abort()"):
        leaves = tuple(bank.case(guilty).leaves)
        trap = f"\n        if {leaves!r} == (self.data, other.data): {crash}\n        {_MUL.decode()}"
        seen = arena.observe(HONEST.replace(_MUL, trap.strip("\n ").encode(), 1), bank)
        statuses = [item.status for item in seen]
        expect(statuses[guilty] == "crashed", f"the guilty case ended as {statuses[guilty]}")
        expect(len(seen) == len(bank) and set(statuses) == {"ok", "crashed"}, f"the cases ended as {statuses}")
    return "end of the wire, new worker"


@attack(35, "flood of output")
def flood(arena: Arena) -> str:
    before = _resident_megabytes()
    outcome = arena.run("line = 'x' * 65536\nfor _ in range(20000): print(line)\n")
    expect(len(outcome.output) <= LIMITS.output << 10, f"{len(outcome.output)} bytes were kept")
    expect(_resident_megabytes() - before < 5, "the grader has grown")
    return f"the first {LIMITS.output} kB kept"


@attack(36, "huge frame, nested payload", quick=True)
def huge_frame(arena: Arena) -> str:
    frames: Iterable[str] = (
        "struct.pack('<IQ', 2 ** 32 - 1, nonce) + b'x' * 1000",
        "struct.pack('<IQ', 2 ** 20, nonce) + b'\\x91' * 2 ** 20",
        "struct.pack('<IQ', 5, nonce) + b'\\xdd\\xff\\xff\\xff\\xff'",
        "struct.pack('<IQ', 6, nonce) + b'\\xc7\\x03\\x05abc'",
    )
    for frame in frames:
        code = _STEAL.decode() + f"for nonce in _nonces():\n    _everywhere({frame})\nimport time\ntime.sleep(9)\n"
        seen = arena.run(code.encode()).seen
        too_large = seen.status == "raised" and seen.text == "the answer is too large to send"
        expect(seen.status == "violation" or too_large, f"it ended as {seen.status}: {seen.text}")
    return "caps on frames"


@attack(37, "huge file, a million files", WALLED, quick=True)
def many_files(arena: Arena) -> str:
    arena.folder.chmod(0o777)
    code = """
import os
def write(place):
    with open(os.path.join(place, "x"), "wb") as file:
        file.write(b"x" * 1000000)
tell(**{place: attempt(write, place) for place in (".", "/", "/tmp", "/var/tmp", "/dev/shm", "/dev", folder)},
     made=attempt(os.mkdir, folder + "/made"), memory=attempt(os.memfd_create, "x"))
"""
    said = arena.run(code, folder=str(arena.folder)).said
    expect(len(said) >= 9 and os.listdir(arena.folder).count("x") == 0, f"some attempt is missing: {said}")
    return walls(*said.values())


@attack(38, "use up the descriptors", WALLED)
def exhaust_descriptors(arena: Arena) -> str:
    code = """
import os
kept = []
def exhaust():
    while len(kept) < 100000: kept.append(os.dup(0))
tell(a=attempt(exhaust), number=len(kept))
"""
    said = arena.run(code).said
    expect(said["number"] < 32, f"{said['number']} descriptors were opened")
    return stopped(said["a"], "Errno 24")


@attack(39, "half a frame, then silence or drops")
def half_a_frame(arena: Arena) -> str:
    start = _STEAL.decode() + "import time\nnonce = max(_nonces(), default=0)\n"
    silent = start + "_everywhere(struct.pack('<IQ', 100, nonce) + b'x')\ntime.sleep(60)\n"
    drops = (
        start
        + "_everywhere(struct.pack('<IQ', 1000, nonce))\nwhile True:\n    _everywhere(b'x')\n    time.sleep(0.2)\n"
    )
    for code in (silent, drops):
        outcome = arena.run(code.encode())
        expect(outcome.seen.status in ("timeout", "violation"), f"it ended as {outcome.seen.status}")
        expect(outcome.seconds < LIMITS.load * 5 + _SLACK, f"it took {outcome.seconds:.1f} s")
    return "clock for the whole frame"


@attack(40, "compile bombs, giant source")
def compile_bombs(arena: Arena) -> str:
    bombs = (
        b"-" * 10**6 + b"1",
        b"(" * 10**5 + b")" * 10**5,
        b"x = " + b"[" * 10**5,
        b"x = " + b"9" * 10**6,
        b"if 1:\n" + b"".join(b" " * depth + b"if 1:\n" for depth in range(1, 120)),
        b"f'" + b"{" * 5000 + b"}" * 5000 + b"'",
        b"x = " + b"+".join([b"1"] * 10**5),
        b"a" * 10**6 + b" = 1",
        b"\x00" * 1000,
        b"# -*- coding: no_such_codec -*-\n",
        b"lambda: " * 10**5 + b"0",
        b"@" * 10**5 + b"x\ndef f(): pass",
    )
    for bomb in bombs:
        outcome = arena.run(bomb, limits=replace(LIMITS, load=4.0))
        seen = outcome.seen
        expect(seen.status in ("raised", "memory", "crashed", "timeout", "ok"), f"{bomb[:20]!r} ended as {seen.status}")
        expect(len(seen.text) <= 400 and outcome.seconds < 30, f"{bomb[:20]!r} took {outcome.seconds:.1f} s")
    return "compiled in the worker"


def _resident_megabytes() -> float:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
