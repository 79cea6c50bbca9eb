"""A stub's module docstring as Markdown: headings with indented blocks, and lists of terms, as the stubs write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

_TERM = re.compile(r"(?P<term>\S.*?[^\s.])\s{2,}(?P<rest>\S.*)|(?P<quoted>\".*?\")\s{2,}(?P<said>\S.*)")


def markdown(text: str) -> str:
    """Return a docstring as Markdown.

    An unindented line over an indented block becomes a bold heading; in a block, a term followed by two blanks or
    more becomes an item of a list.
    """
    return "\n\n".join(_part(block) for block in _blocks(text)).strip() + "\n"


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield paragraphs, and each heading with all that is indented under it."""
    block: list[str] = []
    for line in text.strip().split("\n"):
        inside = line.startswith(" ") or not line.strip()
        starts = block and not inside and (not block[-1].strip() or any(row.startswith(" ") for row in block))
        if starts:
            yield block
            block = []
        block.append(line.rstrip())
    if block:
        yield block


def _part(block: list[str]) -> str:
    if len(block) < 2 or not block[1].startswith(" ") or block[0].startswith(("-", "*")):
        return "\n".join(block).strip()
    inner = dedent("\n".join(block[1:])).strip("\n").split("\n")
    return f"**{block[0]}**\n\n" + "\n".join(_listed(inner))


def _listed(lines: list[str]) -> Iterator[str]:
    """Yield the lines of a block, terms as list items and what belongs to them indented."""
    inside = False
    for line in lines:
        found = None if line.startswith((" ", "-")) else _TERM.fullmatch(line)
        if found:
            inside = True
            yield f"- {found['term'] or found['quoted']} {found['rest'] or found['said']}"
        else:
            inside = inside and bool(line.strip())
            yield f"  {line.strip()}" if inside else line
