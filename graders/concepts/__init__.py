"""Declarations: one file for each exercise, its concepts, their checks and banks, and the wrong ideas it can name."""
