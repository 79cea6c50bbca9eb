"""The sandbox: the student's code runs in a worker process that gets cases and returns observations.

This file stays empty of imports: the worker loads it before the student's code, and has no use for the grader's side.
"""
