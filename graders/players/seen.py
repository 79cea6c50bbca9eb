"""Fields of an observation: exact, plain values that can be sent over the wire, whatever the student's objects are."""

from __future__ import annotations

import re
import reprlib
from typing import Any

Field = Any
"""None, bool, int, float, str, a list of fields, or one of two tagged dicts.

`{"array": shape, "dtype": name, "data": bytes}` is a tensor, C order, little endian;
`{"odd": type name, "repr": text}` is an object of a type that does not belong there.
"""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SHORT = reprlib.Repr()
_SHORT.maxother = _SHORT.maxstring = 120
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = _SHORT.maxdict = 4

_DTYPES: dict[Any, tuple[str, Any]] = {}
"""numpy dtype to its name and its little-endian form, which numpy computes anew each time."""


class _Odd(dict[str, str]):
    """The description of an odd object, told from a dict of the student's own."""


class Seen(list[Field]):
    """The fields of one case in order; call it with a value to note the next one.

    The values are converted to exact types at once, so that a subclass of float with an `__eq__` of its own, or an
    object that changes later, cannot reach the comparison.
    """

    def __call__(self, value: Any) -> None:
        """Note the next field."""
        self.append(exact(value))


def exact(value: Any, depth: int = 3) -> Field:
    """Return `value` as a plain field.

    Numbers of the standard library and of numpy become exact float, int or bool; numpy arrays and torch tensors
    become tagged dicts (a 0-d array becomes a float); lists and tuples are converted item by item, three levels deep;
    anything else becomes `{"odd": ...}` with its type's name and a short repr.
    """
    kind = type(value)
    if kind is float or kind is int or kind is bool or kind is str or value is None:
        return value if kind is not int or -(2**63) <= value < 2**63 else odd(value)
    if (kind is list or kind is tuple) and depth:
        return [exact(item, depth - 1) for item in value]
    if kind is _Odd:
        return dict(value)
    module = kind.__module__
    if module == "numpy":
        return _from_numpy(value, kind.__name__)
    if module == "torch" and kind.__name__ == "Tensor" or module == "torch.nn.parameter":
        return (
            array(value.detach().cpu().numpy())
            if value.dtype.is_floating_point or not value.is_complex()
            else odd(value)
        )
    if isinstance(value, float):
        return float.__add__(value, 0.0)
    return odd(value)


def number(value: Any) -> Field:
    """Return `value` as an exact float, for fields where only a real number belongs; anything else becomes odd."""
    kind = type(value)
    if kind is float:
        return value
    if kind is int:
        try:
            return float(value)
        except OverflowError:
            return odd(value)
    if value is None:
        return None
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray" and value.shape == ():
        return number(value[()])
    if isinstance(value, float):
        return float.__add__(value, 0.0)
    if kind.__module__ == "numpy" and kind.__name__.startswith(("float", "int", "uint")):
        return float(value)
    return odd(value)


def array(value: Any) -> Field:
    """Return a numpy array (any shape, real or bool dtype) as a tagged dict that keeps shape and dtype."""
    if value.dtype.kind not in "fiub":
        return odd(value)
    known = _DTYPES.get(value.dtype)
    if known is None:
        known = _DTYPES[value.dtype] = value.dtype.name, value.dtype.newbyteorder("<")
    data = value.astype(known[1], order="C", copy=False)
    return {"array": list(value.shape), "dtype": known[0], "data": data.tobytes()}


def odd(value: Any) -> Field:
    """Return the description of an object that does not belong: its type's name and a repr of 120 characters."""
    try:
        text = steady(_SHORT.repr(value))[:120]
    except Exception as error:  # a repr is the student's code and may raise anything
        text = f"<repr raised {type(error).__name__}>"
    return _Odd(odd=type(value).__name__[:60], repr=text)


def steady(text: str) -> str:
    """Return `text` without the memory addresses of objects, which differ from run to run."""
    return _ADDRESS.sub(" at 0x...", text)


def _from_numpy(value: Any, name: str) -> Field:
    if name == "ndarray":
        return array(value)
    if name == "bool":
        return bool(value)
    if name.startswith("float"):
        return float(value)
    if name.startswith(("int", "uint")):
        return int(value)
    return odd(value)
