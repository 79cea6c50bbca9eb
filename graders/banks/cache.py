"""The folder for what can be made again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder for what can be made again: `LEAFGRAD_CACHE`, else the user's cache."""
    if own := os.environ.get("LEAFGRAD_CACHE"):
        return Path(own)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("leafgrad"))
