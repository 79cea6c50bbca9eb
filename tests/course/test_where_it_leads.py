"""What messages and pages send a reader to is there: commands with their options, targets of make, pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from graders.cli.app import app
from tests.conftest import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "exercises" / "README.md", ROOT / "course.yml"]
GIVEN = [
    path
    for room in ("course/templates", "deploy/scripts", "render/templates")
    for path in (ROOT / "graders" / room).iterdir()
]
MODULES = [*(ROOT / "graders").rglob("*.py"), *(ROOT / "exercises").glob("*.py")]
FILES = [path for path in (*PAGES, *GIVEN, *MODULES) if path.name != "CHANGELOG.md"]
"""All that a student or an instructor reads; the change log also names what is gone."""

MADE = {"reference/course.md", "reference/commands.md", "release-body.md", "readme.md"}
"""Pages that are made, of the site and of a grading on GitHub, and a name in the case in which names are compared."""

_COMMAND = re.compile(r"(?:[`:]\s*|^ *\$ |^ {2,}|bin/)leafgrad (?P<rest>[a-z][^`\n]*)", re.MULTILINE)
_TARGET = re.compile(r"[`$] ?(?:EX=\w+ )?make (?P<target>[a-z]+)")
_PAGE = re.compile(r"(?<![\w/.-])(?:[\w-]+/)*[\w-]+\.md\b")


def texts(path: Path) -> Iterator[str]:
    """Yield what a file says: all of a page, the strings of a module, what is filled in as `X`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else " " for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def trouble(rest: str) -> str:
    """Return what is wrong with the words after `leafgrad`; empty where the command and its options are there."""
    words = rest.split("#")[0].split()
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        name = words.pop(0)
        if name not in command.commands:
            return f"there is no command {name}"
        command = command.commands[name]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    asked = [found for word in words if (found := re.match(r"-{1,2}[a-z][a-z-]*", word.lstrip("[(")))]
    return next((f"{command.name} has no {one[0]}" for one in asked if one[0] not in options), "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_named_is_there(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in texts(path):
        for found in _COMMAND.finditer(text):
            assert not trouble(found["rest"]), found[0]
        for found in _TARGET.finditer(text):
            assert found["target"] in targets, found[0]
        for name in set(_PAGE.findall(text)) - MADE:
            homes = (ROOT, path.parent, ROOT / "docs", ROOT / "exercises")
            assert any((home / name).is_file() for home in homes), name


def test_it_sees_what_leads_nowhere() -> None:
    assert trouble("chek ex02") == "there is no command chek"
    assert trouble("check ex02 --wach") == "check has no --wach"
    assert not trouble("check [EX] --watch")
    assert _COMMAND.search("Next: leafgrad chek X") and _COMMAND.search("Run `leafgrad chek`.")
