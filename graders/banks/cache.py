"""The cache directory."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the cache directory: `LEAFGRAD_CACHE`, else that of the user."""
    if own := os.environ.get("LEAFGRAD_CACHE"):
        return Path(own)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("leafgrad"))
