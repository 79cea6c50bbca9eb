"""Makes links between files of the repository links of the site, so that one text serves both.

A link to a file that the site shows leads to its page, one to any other file to the repository. A link to a file that
does not exist is a warning, which `strict` makes an error.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from pages import ELSEWHERE, ROOT

log = logging.getLogger("mkdocs.hooks.links")

_INLINE = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)")
_NAMED = re.compile(r"(?<=^\[)([^\]]+\]: +)(?!https?:)([^\s#]+)", re.MULTILINE)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page's text with links of the site."""
    source = ELSEWHERE.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def target(link: str) -> str:
        return _target(link, PurePosixPath(source), page.file.src_uri, config)

    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    for place in range(0, len(parts), 2):
        text = _INLINE.sub(lambda found: target(found[1]), parts[place])
        parts[place] = _NAMED.sub(lambda found: found[1] + target(found[2]), text)
    return "".join(parts)


def _target(link: str, source: PurePosixPath, page: str, config: MkDocsConfig) -> str:
    path = os.path.normpath(source.parent / link).replace(os.sep, "/")
    shown = {file: name for name, file in ELSEWHERE.items()}
    if path.startswith("docs/") or path in shown:
        return os.path.relpath(shown.get(path, path.removeprefix("docs/")), PurePosixPath(page).parent)
    if not (ROOT / path).exists():
        log.warning("%s links to %s, which does not exist", source, link)
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{config.repo_url.rstrip('/')}/{kind}/main/{path}"
