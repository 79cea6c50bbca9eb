"""YAML files with their lines, so that every sentence about one names the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from graders.errors import CourseError
from graders.text import plain

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe and, where PyYAML has libyaml, ten times as fast: reading the course is a large part of a student's check."""

Place = tuple[int | str, ...]
"""Keys and positions that lead to a value, such as `("exercises", 0, "concepts", 3, "requires")`."""


def line_at(node: yaml.Node | None, place: Place) -> int:
    """Return the line, counted from 1, of the deepest node on `place`."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == part]
            if not found:
                return line
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def lines_of(node: yaml.Node, name: str) -> list[int]:
    """Return the lines, counted from 1, on which a value is `name`."""
    if isinstance(node, yaml.ScalarNode):
        return [node.start_mark.line + 1] if node.value == name else []
    parts: Sequence[yaml.Node] = node.value
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    return [line for part in parts for line in lines_of(part, name)]


def values_of(file: Path, loader: Any, tree: yaml.Node | None) -> Any:
    """Return what the nodes of a file stand for.

    Raises:
        CourseError: a value is not what it looks like, such as a day that no calendar has.
    """
    try:
        return loader.construct_document(tree) if tree else None
    except yaml.YAMLError:
        raise
    except Exception as error:  # PyYAML lets through what int(), datetime() and the like raise
        bad = next((one for one in _scalars(tree) if not _is_read(loader, one)), tree)
        shown, kind = (plain(str(bad.value), limit=60), bad.tag.rpartition(":")[2]) if bad else ("", "value")
        why = f" ({plain(str(error), limit=100)})" if isinstance(error, ValueError) else ""
        at = f"{file}, line {bad.start_mark.line + 1}" if bad else file
        raise CourseError(f"{at}: {shown} cannot be read as {kind}{why}.", "Correct that line.") from None


def _scalars(node: Any) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for part in node.value:
            for one in part if isinstance(part, tuple) else (part,):
                yield from _scalars(one)


def _is_read(loader: Any, node: yaml.ScalarNode) -> bool:
    try:
        loader.construct_object(node)
    except Exception:
        return False
    return True


def no_key_twice(file: Path, node: Any) -> None:
    """Raise CourseError where a key is no text, or stands twice in one mapping, of which YAML would take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            at = f"{file}, line {key.start_mark.line + 1}"
            if not isinstance(key, yaml.ScalarNode):
                raise CourseError(f"{at}: a key is a list or a mapping.", "Write a word.")
            if key.value in seen:
                raise CourseError(f"{at}: the key {key.value!r} stands twice in one mapping.", "Remove one.")
            seen.add(key.value)
            no_key_twice(file, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            no_key_twice(file, value)
