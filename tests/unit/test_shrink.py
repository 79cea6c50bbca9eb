"""The search for the smallest failing case: what bounds it, and what must not."""

import re
import time

import pytest

from graders.judging import shrink
from graders.judging.shrink import Budget


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
        waited.append(time.sleep(Budget().seconds * 1.2))
        return plain(*asked)

    monkeypatch.setattr(shrink, "_truth", like_the_import_of_torch)
    assert found(grade, solutions) == searched
    assert waited


@pytest.mark.parametrize(("budget", "judged"), [(Budget(seconds=0.1), 2), (Budget(calls=3), 3), (Budget(), 5)])
def test_a_search_asks_no_more_once_its_time_or_its_calls_are_used_up(monkeypatch, budget, judged):
    asked = []

    def slow(case):
        asked.append(case)
        time.sleep(0.15)

    monkeypatch.setattr(shrink, "_truth", lambda *_: slow)
    search = shrink._Search(None, None, None, None, budget, None, "failed")
    assert not any(search.fails(case) for case in range(5))
    assert asked == list(range(judged))
