"""A class of honest students with six among them whose files would stop a batch that is not careful."""

from __future__ import annotations

from pathlib import Path

SCALAR, TENSOR = "ex02_closures", "ex04_tensor_closures"
ONLY = (f"{SCALAR}.add", f"{TENSOR}.pointwise")

_VALUE = """
class Value:
    def __init__(self, data, prev=()):
        self.data, self.grad, self._prev, self._backward = data, 0.0, prev, lambda: None
    def __add__(self, other):
"""

_SLEEPER = f"import time{_VALUE}        time.sleep(1.9); return Value(0.0)\n"
_GARBAGE_WRITER = f"""import os{_VALUE}
        while True:
            for descriptor in range(64):
                try: os.write(descriptor, b"x" * (1 << 16))
                except OSError: pass
"""
_HUGE = f"""{_VALUE}        return Value([[0.5] * 3000] * 3000)
"""
_EXIT = f"import os{_VALUE}        os._exit(0)\n"
_DEEP = f"""x = []
for _ in range(900): x = [x]{_VALUE}        return Value(x)
"""
_ODD_DTYPE = """

_init = Tensor.__init__
def __init__(self, data, *a, **k):
    _init(self, data, *a, **k)
    self.data = np.asarray(self.data, dtype=np.longdouble); self.grad = np.zeros_like(self.data)
Tensor.__init__ = __init__
"""

HOSTILE = {
    "sleeper": (SCALAR, _SLEEPER),
    "garbage_writer": (SCALAR, _GARBAGE_WRITER),
    "huge_answer": (SCALAR, _HUGE),
    "exit": (SCALAR, _EXIT),
    "deep_list": (SCALAR, _DEEP),
    "odd_dtype": (TENSOR, _ODD_DTYPE),
}
"""Student to the exercise of the file and its source; that of the tensors is added to the solution."""


def make_class(house: Path, folder: Path, honest: int, hostile: tuple[str, ...] = tuple(HOSTILE)) -> None:
    """Write the hand-ins of a class: so many right ones, which are graded after the hostile ones."""
    right = {name: (house / "solutions" / f"{name}.py").read_text() for name in (SCALAR, TENSOR)}
    for number in range(honest):
        _hand_in(folder / f"student{number:02}", {SCALAR: f"{right[SCALAR]}# {number}\n"})
    for name in hostile:
        exercise, source = HOSTILE[name]
        _hand_in(folder / name, {exercise: right[TENSOR] + source if exercise == TENSOR else source})


def _hand_in(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, source in files.items():
        (folder / f"{name}.py").write_text(source)
