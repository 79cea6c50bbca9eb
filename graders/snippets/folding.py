"""Long lines of a snippet, broken between the items of a bracket, since a report is read at 80 columns."""

from __future__ import annotations

WIDTH = 74
"""Characters of a line beside the indentation that a report gives it."""


def folded(text: str) -> str:
    """Return Python source in which long lines are broken behind commas inside brackets, where they have any."""
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    """Return a line broken where as few brackets are open as possible."""
    margin = " " * (len(line) - len(line.lstrip()) + (8 if line.endswith(":") else 4))
    places, parts, start, room = _places(line), [], 0, WIDTH
    while len(line) - start > room:
        later = [one for one in places if one[1] > start]
        fitting = [one for one in later if one[1] - start <= room] or later[:1]
        if not fitting:
            break
        end = -min((depth, -place) for depth, place in fitting)[1]
        parts.append(line[start:end].rstrip())
        start, room = end, WIDTH - len(margin)
    return f"\n{margin}".join([*parts, line[start:]])


def _places(line: str) -> list[tuple[int, int]]:
    """Return (open brackets, place) of where a line may be broken: behind a comma and a space, outside of strings."""
    places, depth, quote = [], 0, ""
    for place, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "#" and not depth:
            break
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth and line[place : place + 2] == ", ":
            places.append((depth, place + 2))
    return places
