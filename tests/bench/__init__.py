"""Benchmarks: how fast, against whom, and how close to the limit. Run `python -m tests.bench`."""
