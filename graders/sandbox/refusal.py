"""The error that says that an exercise does without something; it is told as a sentence, with the student's line."""

from __future__ import annotations


class Refused(Exception):
    """The student's code used a library, or a part of one, that its exercise does without."""
