"""Wrong ideas about losses that ex05 can name, and what is said about them."""

from __future__ import annotations

from graders.spec import Misconception

MISCONCEPTIONS: tuple[Misconception, ...] = ()
