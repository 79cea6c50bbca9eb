"""The page of `leafgrad show --html`: written into the student's folder, and opened where there is a browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

from graders.files import writable, write_whole
from graders.render.fragment import concepts_page
from graders.report import Report


def show_page(report: Report, project: Path) -> None:
    """Write the page, open it in a browser, and print where it is.

    Args:
        report: What the page shows.
        project: The page goes to `.leafgrad/show.html` below it; it holds what was asked for last.
    """
    page = project / ".leafgrad" / "show.html"
    with writable(page):
        page.parent.mkdir(exist_ok=True)
        write_whole(page, concepts_page(report).encode())
    opened = _has_screen() and webbrowser.open(page.resolve().as_uri())
    print(f"{'Opened' if opened else 'Open this page in a browser:'} {page}")


def _has_screen() -> bool:
    """Return whether a browser would have a window: without one, a browser of the terminal would take it over."""
    windows = sys.platform in ("win32", "darwin")
    return windows or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
