"""Oracles ask torch for the truth of a case: `{label: value}`, walking from the loss. Nothing else decides it."""
