"""What `leafgrad doctor` found: a sentence, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """One thing that was looked at.

    Attributes:
        says: What was found, in one sentence.
        fix: What to do about it; empty when nothing is wrong.
        trap: Short name of the trap, for tests and for reading lists of findings.
    """

    says: str
    fix: str = ""
    trap: str = ""

    @property
    def good(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.fix

    @property
    def mark(self) -> str:
        """The sign in front of the sentence."""
        return "✓" if self.good else "✗"
