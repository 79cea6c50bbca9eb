"""Long lines of a snippet, broken between the items of a bracket, since a report is read at 80 columns."""

from __future__ import annotations

WIDTH = 74
"""Characters of a line beside the indentation that a report gives it."""


def folded(text: str) -> str:
    """Return Python source in which long lines are broken behind commas inside brackets, where they have any."""
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    margin = " " * (len(line) - len(line.lstrip()) + (8 if line.endswith(":") else 4))
    made, start, last = "", 0, 0
    for place in [*_places(line), len(line)]:
        room = WIDTH - (len(margin) if made else 0)
        if place - start > room and last > start:
            made += line[start:last].rstrip() + "\n" + margin
            start = last
        last = place
    return made + line[start:]


def _places(line: str) -> list[int]:
    """Return where a line may be broken: behind a comma and a space, in brackets and outside of strings."""
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
            places.append(place + 2)
    return places
