"""Rules of checks whose answers are right in several forms: `(case, expected, actual) -> labels that are wrong`.

A wrong answer that is another concept's affair is a label of type `Left`, which names that concept.
"""
