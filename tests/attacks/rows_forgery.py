"""Rows 10 to 25: forging answers, fooling the comparison, and poisoning what the grader imports."""

from __future__ import annotations

import ast
import math
import subprocess
import sys

from arena import HONEST, HOUSE, LIMITS, Arena, expect
from attack import attack

_MUL = b'out = Value(self.data * other.data, (self, other), "*")'
_ADDS = b"self.grad += other.data * out.grad"

_STEAL = b"""
import os, struct, sys, gc
def _nonces():
    frame, found = sys._getframe(), []
    while frame:
        found += [value for value in frame.f_locals.values() if type(value) is int and value > 2 ** 32]
        frame = frame.f_back
    return found
def _frame(nonce, message):
    import msgpack
    payload = msgpack.packb(message, use_bin_type=True)
    return struct.pack("<IQ", len(payload), nonce) + payload
def _everywhere(data):
    for number in range(1, 12):
        try:
            os.write(number, data)
        except OSError:
            pass
"""


def _wrong(data: bytes) -> bytes:
    """Return the honest submission with other code for the value of a product."""
    assert _MUL in HONEST, "the solution has changed: adapt the attack"
    return HONEST.replace(_MUL, b'out = Value(%s, (self, other), "*")' % data, 1)


def _earns_nothing(arena: Arena, source: bytes, statuses: tuple[str, ...] = ()) -> str:
    """Grade and check that the first check of the concept is lost; return its status."""
    report = arena.grade(source)
    concept = report.exercises[0].concepts[0]
    expect(report.score < report.max_score and report.max_score > 0, f"it earned {report.score} of {report.max_score}")
    for check in concept.checks:
        broken = [name for name in ("SyntaxError", "NameError", "IndentationError") if name in check.message]
        expect(not broken, f"the attack itself is broken: {check.message}")
    failing = [check.status for check in concept.checks if check.status != "passed"]
    expect(bool(failing), "no check failed")
    expect(not statuses or set(failing) <= set(statuses), f"the checks ended as {failing}")
    return failing[0]


@attack(10, "fake score on stdout or on the wire", quick=True)
def fake_score(arena: Arena) -> str:
    shout = b'\nimport os\nprint(\'{"score": 1.0, "status": "passed"}\', flush=True)\n'
    _earns_nothing(arena, _wrong(b"0.0") + shout)
    shout += b"for number in range(3, 12):\n    try: os.write(number, b'{\"score\": 1.0}')\n    except OSError: pass\n"
    _earns_nothing(arena, HONEST + shout, ("crashed", "error"))
    return "no score on the wire"


@attack(11, "answers sent before the question", quick=True)
def early_answers(arena: Arena) -> str:
    early = _STEAL + b"for nonce in _nonces():\n    for index in range(50):\n"
    early += b"        _everywhere(_frame(nonce, [index, 'ok', [], '', '', '', 0]))\n"
    _earns_nothing(arena, early + HONEST, ("crashed", "error"))
    late = _STEAL + b"for nonce in _nonces():\n    _everywhere(_frame(nonce, [-1, 'ok', [], '', '', '', 0]))\n"
    _earns_nothing(arena, late + HONEST, ("crashed", "error"))
    return "nonce of each request"


@attack(12, "os._exit(0) and sys.exit(0)")
def silent_exit(arena: Arena) -> str:
    for leave in (b"import os\nos._exit(0)\n", b"import sys\nsys.exit(0)\n"):
        _earns_nothing(arena, leave + HONEST)
        body = leave.replace(b"\n", b"; ")
        _earns_nothing(arena, HONEST.replace(_MUL, body + _MUL))
    return "no answer, no points"


@attack(13, "atexit, __del__ and weakref tricks")
def last_words(arena: Arena) -> str:
    code = """
import atexit, os, weakref
class Last:
    def __del__(self): os.write(1, b"LAST WORDS")
kept = Last()
atexit.register(lambda: os.write(1, b"LAST WORDS"))
weakref.finalize(kept, lambda: os.write(1, b"LAST WORDS"))
"""
    expect(b"LAST WORDS" not in arena.run(code).output, "code ran after the last reply")
    return "SIGKILL"


@attack(14, "monkeypatch builtins, math, numpy, unittest")
def monkeypatch(arena: Arena) -> str:
    patch = b"""
import builtins, math, unittest, json
builtins.abs = lambda *a: 0.0
builtins.all = builtins.any = lambda *a: True
math.isclose = math.isfinite = lambda *a, **k: True
unittest.TestCase.assertEqual = lambda *a: None
try:
    import numpy
    numpy.allclose = numpy.isclose = lambda *a, **k: True
except ImportError:
    pass
"""
    _earns_nothing(arena, _wrong(b"self.data * other.data + 1") + patch)
    expect(abs(-1.0) == 1.0 and not math.isclose(1, 2), "the grader's own functions have changed")
    return "separate process"


@attack(15, "sys.modules and import hooks")
def import_hooks(arena: Arena) -> str:
    hook = b"""
import sys, types
sys.modules["math"] = types.ModuleType("math")
sys.modules["graders.observation"] = types.ModuleType("lies")
class Finder:
    def find_spec(self, name, path=None, target=None): raise RuntimeError("hooked")
sys.meta_path.insert(0, Finder())
"""
    _earns_nothing(arena, _wrong(b"0.0") + hook)
    expect(math.sqrt(4.0) == 2.0 and "hooked" not in repr(sys.meta_path), "the grader's modules have changed")
    return "separate process"


@attack(16, "files that shadow modules: numpy.py, sitecustomize.py, conftest.py")
def shadow_files(arena: Arena) -> str:
    folder = arena.folder / "class"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    marker = folder / "marker"
    for name in ("numpy", "sitecustomize", "usercustomize", "conftest", "msgpack", "json", "torch", "ex02_closures"):
        (folder / f"{name}.py").write_text(f"open({str(marker)!r}, 'w').write(__name__)\n")
    code = f"""
import graders.grading.grade
from graders.sandbox.client import Limits, Worker
from graders.sandbox.opening import open_sandbox
with open_sandbox("numpy", Limits(), {arena.mode!r}, {arena.landlock!r}) as sandbox:
    worker = Worker(sandbox.channel(), Limits())
    print(worker.load("ex02_closures", {{"ex02_closures": b"import numpy"}}).status)
    worker.kill()
"""
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.append({str(HOUSE)!r})\n{code}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    expect(done.stdout == "ok\n", f"the worker answered {done.stdout} {done.stderr[-300:]}")
    expect(not marker.exists(), "a file of the class folder was imported")
    return "the folder is not on the path"


@attack(17, "write b'1' to every descriptor", quick=True)
def write_everywhere(arena: Arena) -> str:
    source = _STEAL + b"_everywhere(b'1')\n_everywhere(b'pass')\n" + _wrong(b"0.0")
    _earns_nothing(arena, source)
    return "no verdict on the wire"


@attack(18, "swallow every exception in a loop")
def swallow(arena: Arena) -> str:
    code = "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"
    outcome = arena.run(code)
    expect(outcome.seen.status == "timeout", f"it ended as {outcome.seen.status}")
    return "clock of the grader"


_EVIL = b"""
class Evil%s:
    def _yes(self, *others): return True
    __eq__ = __le__ = __lt__ = __ge__ = __gt__ = __bool__ = _yes
    def _self(self, *others): return self
    __abs__ = __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __neg__ = _self
    __hash__ = object.__hash__
"""


@attack(19, "objects with hostile __eq__, __abs__, __rsub__, __float__", quick=True)
def hostile_objects(arena: Arena) -> str:
    source = _EVIL % b"" + b"    def __float__(self): raise KeyboardInterrupt\n" + _wrong(b"Evil()")
    _earns_nothing(arena, source)
    return "exact types"


@attack(20, "a float that equals everything", quick=True)
def equal_to_everything(arena: Arena) -> str:
    _earns_nothing(arena, _EVIL % b"(float)" + _wrong(b"Evil(12345.0)"))
    return "exact types"


@attack(21, "NaN, inf and -0.0 for every answer")
def not_a_number(arena: Arena) -> str:
    for value in (b"float('nan')", b"float('inf')", b"-float('inf')"):
        _earns_nothing(arena, _wrong(value), ("failed",))
    _earns_nothing(arena, HONEST.replace(_ADDS, b"self.grad = float('nan')", 1), ("failed",))
    return "abs(d) <= tolerance"


@attack(22, "empty and broadcast results")
def empty_results(arena: Arena) -> str:
    for value in (b"[]", b"()", b"[self.data * other.data]", b"None", b"True"):
        _earns_nothing(arena, _wrong(value))
    return "shape and type first"


@attack(23, "pickle with __reduce__", quick=True)
def no_pickle(arena: Arena) -> str:
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
    for file in sorted((HOUSE / "graders").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found = banned & {name.partition(".")[0] for name in names}
            expect(not found, f"{file.name} imports {', '.join(found)}")
    return "no pickle anywhere"


@attack(24, "hostile __repr__ and endless messages")
def hostile_repr(arena: Arena) -> str:
    big = b"class Big:\n    def __repr__(self): return 'x' * 10 ** 9\n    __str__ = __repr__\n"
    for source in (big + _wrong(b"Big()"), HONEST.replace(_MUL, b"raise ValueError('x' * 10 ** 7)", 1)):
        report = arena.grade(source)
        expect(report.score < report.max_score, "it earned everything")
        expect(len(report.model_dump_json()) < 20_000, "the report is large")
    return f"cap in the worker, {LIMITS.memory} MB"


@attack(25, "10**5000, Decimal, complex, text")
def odd_numbers(arena: Arena) -> str:
    for value in (b"10 ** 5000", b"__import__('decimal').Decimal('1e9999')", b"1j", b"'12'", b"b'12'", b"{}"):
        _earns_nothing(arena, _wrong(value))
    return "exact types"
