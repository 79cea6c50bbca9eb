"""Renderers: pure functions from a report to what a person reads."""
