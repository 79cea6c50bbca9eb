"""The folder for what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return the folder for what can be made again: `LEAFGRAD_CACHE`, else the user's cache."""
    return Path(os.environ.get("LEAFGRAD_CACHE") or platformdirs.user_cache_dir("leafgrad"))
