"""What `leafgrad grade` wrote, in the forms that other programs read: Canvas, Moodle, Gradescope, Classroom 50, JUnit.

Scores are those of the reports. Nothing is taken off for lateness unless `--final` asks for it: a platform that knows
the time of an upload also has a policy for it.
"""
