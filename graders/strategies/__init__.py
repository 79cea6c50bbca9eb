"""Strategies draw cases with Hypothesis, shaped for one idea each, and shrink towards what is simple to read."""
