"""Hypothesis set up so that a seed alone decides what is drawn, on every machine and whatever else is loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from graders.banks.cache import cache_folder

DRAWS_ONLY = "leafgrad"
"""A backend of Hypothesis that draws each example afresh.

Its own engine also replays and mutates the examples before, to break a test sooner; a bank has no test to break, and
pays four times for each case.
"""


@contextmanager
def steady() -> Iterator[None]:
    """Draw inside this block; enter it before hypothesis is imported for the first time.

    Hypothesis mixes the constants that it finds in the local modules loaded so far into what it draws, which helps a
    search for bugs in them. Here it would give two machines different cases under one key, since the package is local
    code in an editable checkout and none in a wheel. Its own files go to the cache, not into the student's folder.
    """
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache_folder() / "hypothesis"))
    from hypothesis.internal.conjecture import providers

    providers.AVAILABLE_PROVIDERS.setdefault(DRAWS_ONLY, providers.AVAILABLE_PROVIDERS["hypothesis"])
    collect = getattr(providers, "_get_local_constants", None)
    if collect is None:  # before hypothesis 6.131 there were none
        yield
        return
    none = vars(providers)["Constants"]()
    _set(providers, lambda: none)
    try:
        yield
    finally:
        _set(providers, collect)


def _set(providers: object, collect: object) -> None:
    """Have `collect` give the local constants, and forget those that were drawn from before."""
    setattr(providers, "_get_local_constants", collect)  # noqa: B010 - not a public name
    getattr(providers, "CONSTANTS_CACHE").cache.clear()  # noqa: B009
