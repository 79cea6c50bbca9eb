"""YAML files with their lines, so that every sentence about one names the place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from graders.errors import CourseError

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


def no_key_twice(file: Path, node: Any) -> None:
    """Raise CourseError where a key stands twice in one mapping, of which YAML would take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                at = f"{file}, line {key.start_mark.line + 1}"
                raise CourseError(f"{at}: the key {key.value!r} stands twice in one mapping.", "Remove one.")
            seen.add(key.value)
            no_key_twice(file, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            no_key_twice(file, value)
