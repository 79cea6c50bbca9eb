"""Players replay cases on the student's objects, in the worker process, and note what they see.

A player is a function `(case, subject, seen) -> None`. It gets what the student wrote from `subject`, acts the case
out, and calls `seen(value)` once for each field, in the order of the labels that the oracle of the same name gives;
it knows no truth and gives no verdict. When the student's code raises, the fields noted until then stand.
"""
