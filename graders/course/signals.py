"""Signals for the instructor: what a file uses although its exercise asks to do without. They never change a score.

The source is searched as text, never parsed: a parser fed by strangers belongs in the sandbox. What only a comment or a
string mentions is left out as far as that can be told without parsing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders.course.course import Exercise
from graders.spec import ExerciseSpec

_COMMENT_OR_STRING = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|#[^\n]*|"[^"\n]*"|\'[^\'\n]*\'')
_LONG_STRING_OR_COMMENT = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|#[^\n]*')
_IMPORT = r"^[ \t]*(?:from[ \t]+{0}[\w.]*[ \t]+import|import[ \t]+(?:[\w.]+[ \t]*,[ \t]*)*{0}\b)"
_GRADERS = re.compile(r"""\bgraders\b(?=\.)|\bimport[ \t]+graders\b|(?<=['"])graders(?=[.'"])""")
_DETOURS = re.compile(r"""\btorch\.(?:_C|_VF|ops|library)\b|\b_fused_\w+|\b_execution_engine\b|(?<=['"])_fused_""")
"""Ways to what a worker cannot take out of torch, and to what torch itself computes with."""
_LOOKS = re.compile(
    r"\b(?:_getframe|currentframe|tb_frame|f_back|f_locals|f_globals|f_builtins|__closure__|cell_contents|__globals__"
    r"|get_objects|get_referents|get_referrers|__subclasses__|ctypes)\b"
)
"""Ways to look into the process, in which the worker's own functions run as well."""
_LIBRARIES = ("torch", "numpy", "jax", "tensorflow", "autograd")


def used_against_advice(exercise: Exercise, spec: ExerciseSpec, source: bytes) -> list[str]:
    """Return a sentence for each library or name that a student's file uses although the exercise avoids it."""
    text = source.decode("utf-8", "replace")
    code = _without(spec.stays, _COMMENT_OR_STRING.sub("''", text))
    allowed = set(exercise.needs) | ({"numpy"} if "torch" in exercise.needs else set())
    found = [
        f"{exercise.id}: imports {library}, which this exercise does without"
        for library in dict.fromkeys((*_LIBRARIES, *(name for name in spec.avoids if "." not in name)))
        if library not in allowed and library in code and re.search(_IMPORT.format(library), code, re.MULTILINE)
    ]
    found += [f"{exercise.id}: uses {name}" for name in spec.avoids if "." in name and _uses(name, code)]
    with_strings = _LONG_STRING_OR_COMMENT.sub("''", text)
    if _GRADERS.search(with_strings):
        found.append(f"{exercise.id}: names graders, the package that grades it")
    if look := _LOOKS.search(with_strings):
        found.append(f"{exercise.id}: uses {look[0]}, which looks into the process that runs the file")
    if spec.avoids and (detour := _DETOURS.search(with_strings)):
        found.append(f"{exercise.id}: uses {detour[0]}, a way around what this exercise does without")
    return found


def _without(stays: Sequence[str], code: str) -> str:
    """Return the code without the mentions of what may be used."""
    for name in stays:
        package, _, last = map(re.escape, name.rpartition("."))
        alone = rf"^[ \t]*from[ \t]+{package}[ \t]+import[ \t]+{last}(?:[ \t]+as[ \t]+\w+)?[ \t']*$"
        code = re.sub(rf"{alone}|\b{re.escape(name)}\b", "", code, flags=re.MULTILINE)
    return code


def _uses(name: str, code: str) -> bool:
    """Return whether `a.b` stands in the code as such, is imported from, or `b` is imported from `a`."""
    package, _, last = name.rpartition(".")
    dotted = re.escape(name)
    imported = rf"^[ \t]*from[ \t]+{re.escape(package)}[ \t]+import[^\n]*\b{re.escape(last)}\b"
    return bool(re.search(rf"\b{dotted}\b", code) or (package and re.search(imported, code, re.MULTILINE)))
