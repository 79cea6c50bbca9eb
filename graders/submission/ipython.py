"""Lines of a notebook cell that only IPython understands, turned into comments so that plain Python remains."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<triple>[A-Za-z]{0,2}(?P<quotes>\"{3}|'{3}))
      | (?P<string>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)
      | (?P<comment>\#.*)
      | (?P<open>[(\[{]) | (?P<close>[)\]}])""",
    re.VERBOSE,
)
_ASSIGNED = re.compile(r"\s*[A-Za-z_][\w, .\[\]]{0,200}=\s*(?:!|%[A-Za-z])")
_GRADER = re.compile(r"\s*(?:from|import)\s+graders\b|\s*(?:points|use_course)\s*\(")
_INSTALLS = re.compile(r"\s*%pip install [^;|&]*\bleafgrad\b")
_CELL_MAGIC = re.compile(r"\s*%%(\S*)(?P<rest>.*)")
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun"})
_WRITTEN = frozenset({"writefile", "file"})
"""Cell magics that write the cell into a file, from which students import what they hand in."""


class _Reader:
    """Follows strings and brackets from line to line, to know which lines begin a statement."""

    def __init__(self) -> None:
        self.depth = 0
        self.quotes = ""
        self.joined = False

    @property
    def inside(self) -> bool:
        """Whether the next line continues a statement or a string."""
        return bool(self.depth or self.quotes or self.joined)

    def feed(self, line: str) -> None:
        """Take note of one line."""
        position, commented = 0, False
        while position < len(line):
            if self.quotes:
                position = self._skip_string(line, position)
                continue
            token = _TOKEN.search(line, position)
            if token is None:
                break
            position = token.end()
            self.quotes = token["quotes"] or ""
            self.depth += bool(token["open"]) - bool(token["close"] and self.depth)
            commented = commented or bool(token["comment"])
        self.joined = not self.quotes and not commented and line.endswith("\\")

    def _skip_string(self, line: str, position: int) -> int:
        """Return where the triple-quoted string ends on this line, or the end of the line."""
        while (found := line.find(self.quotes, position)) >= 0:
            slashes = found - len(line[position:found].rstrip("\\")) - position
            position = found + (1 if slashes % 2 else 3)
            if slashes % 2 == 0:
                self.quotes = ""
                return position
        return len(line)


def python_lines(cell: str) -> tuple[list[str], list[str]]:
    """Return a cell as lines of plain Python, and the lines that were taken out of it, the grader's own aside.

    Magics (`%`, `%%`), shell commands (`!`), help requests (`?`) and calls of the grader itself each become a `pass`
    with a comment, which keeps the line numbers and the blocks whole. A cell magic other than those that run the
    cell as Python (`%%time` and its kin) or write it into a `.py` file takes the whole cell.
    """
    lines = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    magic = next((found for line in lines if line.strip() for found in [_CELL_MAGIC.match(line)]), None)
    if magic and not _is_python(magic[1], magic["rest"]):
        return [f"# {line}" for line in lines], [lines[0] if len(lines) == 1 else f"%%{magic[1]} cell"]
    reader, kept, taken = _Reader(), [], []
    shell = grader = False
    for line in lines:
        if shell or (not reader.inside and _is_magic(line)):
            kept.append(f"# {line}" if shell else _commented(line))
            taken += [] if shell or _INSTALLS.match(line) else [line.strip()]
            shell = line.endswith("\\")
            continue
        grader = (grader and reader.inside) or (not reader.inside and _GRADER.match(line) is not None)
        kept.append((f"# {line}" if reader.inside else _commented(line)) if grader else line)
        reader.feed(line)
    return kept, taken


def _is_python(magic: str, rest: str) -> bool:
    return magic in _PYTHON_CELLS or (magic in _WRITTEN and rest.strip().strip("\"'").endswith(".py"))


def _is_magic(line: str) -> bool:
    text = line.strip()
    if text.startswith(("%", "!", "?")):
        return True
    if text.endswith("?") and "#" not in text and not text.startswith(("'", '"')):
        return "'" not in text and '"' not in text
    return _ASSIGNED.match(line) is not None


def _commented(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.strip()}"
