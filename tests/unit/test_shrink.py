"""The search for the smallest failing case: what bounds it, and what must not."""

import re
import time

from graders import shrink


def found(grade, solutions):
    """Return the case that is shown for a product whose closure has `=` for `+=`."""
    wrong = re.sub(
        rb"\.grad \+= (self|other)\.data \* out\.grad", rb".grad = \1.data * out.grad", solutions["ex02_closures.py"]
    )
    report = grade({"ex02_closures.py": wrong}, "ex02_closures.mul")
    checks = report.exercises[0].concepts[0].checks
    return next(check.counterexample for check in checks if check.counterexample)


def test_what_is_imported_for_the_first_case_costs_the_search_nothing(grade, solutions, monkeypatch):
    searched = found(grade, solutions)
    unsearched = found(lambda *asked: grade(*asked, search=False), solutions)
    assert searched != unsearched
    plain, waited = shrink._truth, []

    def like_the_import_of_torch(*asked):
        waited.append(time.sleep(shrink.Budget().seconds * 1.2))
        return plain(*asked)

    monkeypatch.setattr(shrink, "_truth", like_the_import_of_torch)
    assert found(grade, solutions) == searched
    assert waited


def test_a_search_ends_with_its_time(grade, solutions, monkeypatch):
    plain, asked = shrink._truth, []

    def slow(exercise, check):
        truth = plain(exercise, check)
        return lambda case: (asked.append(case), time.sleep(0.4), truth(case))[2]

    monkeypatch.setattr(shrink, "_truth", slow)
    begun = time.monotonic()
    found(grade, solutions)
    assert asked and time.monotonic() - begun < 4
