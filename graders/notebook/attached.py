"""The pictures that an exercise's text names, for the cell itself: a notebook is opened where no other file is."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from graders.course.record import PICTURES

_NAMED = re.compile(rf"{PICTURES}/([\w-]+\.svg)")
_DESCRIBED = re.compile(rf"!\[([^\]]*)\]\({PICTURES}/([\w-]+\.svg)\)")

Attachments = dict[str, dict[str, str]]


def illustrated(text: str, exercises: Path) -> tuple[str, Attachments]:
    """Return Markdown in which each picture stands below the paragraph that names it, and the attachments of its cell.

    Args:
        text: Markdown; a picture is named as `pictures/NAME.svg`.
        exercises: The folder that has `pictures/`, and the README.md that describes them.
    """
    readme = exercises / "README.md"
    described = {file: said for said, file in _DESCRIBED.findall(readme.read_text("utf-8") if readme.is_file() else "")}
    attachments: Attachments = {}
    shown = []
    for paragraph in text.split("\n\n"):
        named = [file for file in dict.fromkeys(_NAMED.findall(paragraph)) if (exercises / PICTURES / file).is_file()]
        for file in named:
            data = (exercises / PICTURES / file).read_bytes()
            attachments[file] = {"image/svg+xml": base64.b64encode(data).decode()}
            paragraph = paragraph.replace(f"{PICTURES}/{file}", "below")
        shown += [paragraph, *(f"![{described.get(file, file)}](attachment:{file})" for file in named)]
    return "\n\n".join(shown), attachments
