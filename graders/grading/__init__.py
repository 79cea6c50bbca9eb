"""Grading a submission or a class: the loop, who does it, what it costs to be late, who needs attention."""
