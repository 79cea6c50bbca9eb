"""Fields of an observation: exact, plain values that can be sent over the wire, whatever the student's objects are.

Nothing here calls a method of an object whose type the student may have written, except `repr`, whose text is bounded.
Types are known by identity, or by a flag that no class statement can set; what is taken from numpy is computed in C.
A student's file that replaces functions of the standard library or of numpy therefore changes no field.
"""

from __future__ import annotations

import re
from typing import Any

from graders.players.short import short

Field = Any
"""None, bool, int of 64 bits, float, str, a list of fields, or one of three tagged dicts.

`{"array": shape, "dtype": name, "data": bytes}` is a tensor, C order, little endian, of a dtype in `DTYPES`;
`{"tuple": fields}` is a tuple where a report shall show one.
`{"odd": type name, "repr": text}` is an object of a type that does not belong there, or one too large to be compared.
"""

MOST_ITEMS = 4_096
"""Items of a list, those of the lists in it included. Right answers have at most 81."""

MOST_BYTES = 1 << 18
"""Bytes of an array, and elements that a shape may name when sides of 0 are left out. Right answers need 480."""

MOST_TEXT = 10_000
"""Characters of a string. Right answers have at most 55."""

MOST_DIMENSIONS = 32
"""Dimensions of an array."""

DEEPEST = 3
"""Lists that may stand in each other."""

DTYPES = frozenset(
    ["bool", "float16", "float32", "float64", *(f"{sign}int{8 << n}" for sign in ("", "u") for n in range(4))]
)
"""Names of the dtypes of arrays; wider floating numbers are noted as float64."""

_REPR = 120
_NAME = 60
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_LETTERS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_MADE_IN_C = 1 << 8
"""The flag of types that cannot be changed, which a class statement never gives."""

_flags = type.__dict__["__flags__"].__get__
_name_of = type.__dict__["__name__"].__get__
_module_of = type.__dict__["__module__"].__get__
_bases_of = type.__dict__["__mro__"].__get__
_cut = str.__getitem__


class _Odd(dict[str, Any]):
    """A tuple, or the description of an odd object, told from a dict of the student's own."""


class _TooMuch(Exception):
    """A list holds more than is sent."""


class Seen(list[Field]):
    """The fields of one case in order; call it with a value to note the next one.

    The values are converted to exact types at once, so that a subclass of float with an `__eq__` of its own, or an
    object that changes later, cannot reach the comparison.
    """

    def __call__(self, value: Any) -> None:
        """Note the next field."""
        self.append(exact(value))


def exact(value: Any, depth: int = DEEPEST) -> Field:
    """Return `value` as a plain field.

    Numbers of the standard library and of numpy become exact float, int or bool; numpy arrays and torch tensors
    become tagged dicts; lists and tuples are converted item by item, `depth` levels deep; anything else, and what
    is larger than the limits above, becomes `{"odd": ...}` with its type's name and a short text.
    """
    kind = type(value)
    if kind is float or kind is bool or value is None:
        return value
    if (kind is list or kind is tuple) and depth:
        try:
            return _items(value, depth, [MOST_ITEMS])
        except _TooMuch:
            return _described(kind, f"more than {MOST_ITEMS:,} items")
    return _single(value, kind)


def pair(*items: Any) -> Field:
    """Return some values as a tuple, which a report shows as one; `exact` takes any other tuple for a list."""
    fields = [exact(item, 0) for item in items]
    return _Odd(tuple=[dict(field) if type(field) is _Odd else field for field in fields])


def number(value: Any) -> Field:
    """Return `value` as an exact float, for fields where only a real number belongs; anything else becomes odd."""
    kind = type(value)
    if kind is float or value is None:
        return value
    if kind is int:
        try:
            return float(value)
        except OverflowError:
            return odd(value)
    if _from_numpy(kind):
        if kind.__name__ == "ndarray" and value.shape == () and value.dtype.kind in "fiu":
            return float(value.item())
        if _is_float(kind) or _is_int(kind):
            return float(value)
    if issubclass(kind, float):
        return float.__add__(value, 0.0)
    return odd(value)


def array(value: Any) -> Field:
    """Return a numpy array (any shape, real or bool dtype) as a tagged dict that keeps shape and dtype."""
    dtype = value.dtype
    name = dtype_name(dtype)
    if dtype.kind == "f" and dtype.itemsize > 8:
        name = "float64"
    if name not in DTYPES:
        return odd(value)
    elements = 1
    for side in value.shape:
        elements *= side or 1
    if elements > MOST_BYTES or value.nbytes > MOST_BYTES or value.ndim > MOST_DIMENSIONS:
        return _described(type(value), f"an array of shape {value.shape}, too large to be compared")
    form = "?" if name == "bool" else f"<{dtype.kind}{min(dtype.itemsize, 8)}"
    try:
        data = value.astype(form, order="C", copy=False).tobytes()
    except FloatingPointError:  # numpy was told to raise, and a long double is outside the range of float64
        return odd(value)
    return {"array": list(value.shape), "dtype": name, "data": data}


def dtype_name(dtype: Any) -> str:
    """Return numpy's name of a dtype, such as `"float32"`; of those with other names, such as times, the short form.

    `dtype.name` itself is computed by a Python function of numpy, which a student's file may replace.
    """
    kind = dtype.kind
    if kind in _LETTERS:
        return f"{_LETTERS[kind]}{8 * dtype.itemsize}"
    if kind == "b":
        return "bool"
    return "object" if kind == "O" else str(dtype.str)


def odd(value: Any) -> Field:
    """Return the description of an object that does not belong: its type's name and a repr of 120 characters."""
    try:
        text = short(value)
    except Exception as error:  # a repr is the student's code and may raise anything
        text = f"<repr raised {_plain(_name_of(type(error)), _NAME)}>"
    return _described(type(value), text)


def steady(text: str) -> str:
    """Return `text` without the memory addresses of objects, which differ from run to run."""
    return _ADDRESS.sub(" at 0x...", text)


def _items(values: Any, depth: int, left: list[int]) -> Field:
    """Return a list or tuple as a list of fields; `left` holds the number of items that may still come.

    Raises:
        _TooMuch: there are more.
    """
    if len(values) > left[0]:
        raise _TooMuch
    left[0] -= len(values)
    fields = []
    for value in values:
        kind = type(value)
        if (kind is list or kind is tuple) and depth > 1:
            fields.append(_items(value, depth - 1, left))
        else:
            fields.append(_single(value, kind))
        if len(fields) > MOST_ITEMS:  # a repr may have made the list longer
            raise _TooMuch
    return fields


def _single(value: Any, kind: type) -> Field:
    """Return a value that is no list as a field."""
    if kind is float or kind is bool or value is None:
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else odd(value)
    if kind is str:
        if len(value) > MOST_TEXT:
            return _described(kind, f"a text of {len(value):,} characters")
        return value if value.isascii() else _encodable(value)
    if kind is _Odd:
        return dict(value)
    if _from_numpy(kind):
        return _of_numpy(value, kind)
    if _is_torch(kind):
        return _of_torch(value)
    if issubclass(kind, float):
        return float.__add__(value, 0.0)
    return odd(value)


def _from_numpy(kind: type) -> bool:
    """Return whether a type is one of numpy's own; a student's class that calls itself so is not."""
    return bool(_flags(kind) & _MADE_IN_C) and kind.__module__ == "numpy"


def _is_float(kind: type) -> bool:
    return kind.__name__.startswith(("float", "longdouble"))


def _is_int(kind: type) -> bool:
    return kind.__name__.startswith(("int", "uint", "long", "ulong"))


def _of_numpy(value: Any, kind: type) -> Field:
    if kind.__name__ == "ndarray":
        return array(value)
    if kind.__name__ in ("bool", "bool_"):
        return bool(value)
    if _is_float(kind):
        return float(value)
    return _single(int(value), int) if _is_int(kind) else odd(value)


def _is_torch(kind: type) -> bool:
    """Return whether a type bears the name of a tensor; what comes out of its objects is looked at in any case."""
    module = _module_of(kind)
    return type(module) is str and (
        module == "torch.nn.parameter" or (module == "torch" and _name_of(kind) == "Tensor")
    )


def _of_torch(value: Any) -> Field:
    """Return a tensor as an array, with the methods of the class written in C, which nobody can replace."""
    for base in _bases_of(type(value)):
        if _flags(base) & _MADE_IN_C and base.__name__ == "TensorBase":
            try:
                plain = base.numpy(base.cpu(base.detach(value)))
            except Exception:  # complex, sparse or of a dtype that numpy does not have
                break
            return _of_numpy(plain, type(plain)) if _from_numpy(type(plain)) else odd(value)
    return odd(value)


def _described(kind: type, text: str) -> Field:
    return _Odd(odd=_plain(_name_of(kind), _NAME), repr=_plain(steady(_plain(text, _REPR * 4)), _REPR))


def _plain(text: str, most: int) -> str:
    """Return the beginning of a text as an exact string that can be encoded."""
    return _encodable(_cut(text, slice(None, most)))[:most]


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
