"""What mutants cost: the middle, what 95 of 100 do not exceed, the worst."""

from graders.course.costs import Cost, Spread, spread


def test_a_spread_names_numbers_that_are_there():
    assert spread([3]) == Spread(3, 3, 3)
    assert spread([4, 1, 2]) == Spread(2, 4, 4)
    assert spread([1, 2, 3, 4]) == Spread(2, 4, 4)
    assert spread([1] * 95 + [2] * 5) == Spread(1, 1, 2)
    assert spread([1] * 94 + [2] * 6) == Spread(1, 2, 2)


def test_a_quarter_is_not_much_and_more_is():
    assert not Cost(concepts=2, points=6.0, of=24.0).much
    assert Cost(concepts=2, points=6.25, of=24.0).much
