"""Adds to the site the pages whose text is kept elsewhere, and the reference that the code itself gives."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent))

from reference import commands, course_file, reports

ROOT = Path(__file__).parents[2]

ELSEWHERE = {
    "index.md": "README.md",
    "exercises.md": "exercises/README.md",
    "security.md": "SECURITY.md",
    "attacks.md": "tests/attacks/TABLE.md",
    "kill-matrix.md": "tests/mutants/MATRIX.md",
    "contributing.md": "CONTRIBUTING.md",
    "changes.md": "CHANGELOG.md",
    **{
        f"pictures/{path.name}": f"exercises/pictures/{path.name}"
        for path in (ROOT / "exercises/pictures").glob("*.svg")
    },
}
"""Page of the site to the file of the repository that it shows."""

_NOT_SEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"
_LONG = ("attacks.md", "kill-matrix.md", "changes.md")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages before the site is put together."""
    for page, source in ELSEWHERE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        _add(files, config, page, (_NOT_SEARCHED if page in _LONG else "") + text)
    for page, made in (("commands", commands), ("course", course_file), ("reports", reports)):
        _add(files, config, f"reference/{page}.md", made())
    return files


def _add(files: Files, config: MkDocsConfig, page: str, text: str) -> None:
    files.append(File.generated(config, page, content=text))
