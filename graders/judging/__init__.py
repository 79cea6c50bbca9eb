"""Judging one exercise: replay, comparison, rules, the smallest failing case, the wrong idea, the sentences."""
