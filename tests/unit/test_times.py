"""Times at the edges of the calendar, and texts that are none."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from graders.submission.times import format_time, parse_time, read_time


@pytest.mark.parametrize(
    "when",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5))),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_what_is_written_is_read_back_to_the_second(when):
    text = format_time(when)
    assert len(text) == 20 and text.endswith("Z")
    assert read_time(text) == when.replace(microsecond=0)


def test_years_before_a_thousand_sort_before_the_others():
    assert parse_time(b"0001-01-01 00:00:00 UTC") < parse_time(b"2026-11-21 20:13:09 UTC")


@pytest.mark.parametrize("text", [b"0001-01-01 00:00:00 +0100", b"9999-12-31 23:59:59 -0100", b"0000-01-01 00:00:00"])
def test_a_time_outside_of_the_calendar_is_none(text):
    with pytest.raises(ValueError):
        parse_time(text)


@pytest.mark.parametrize("text", ["", "1-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "\ud800", "now", "2026-02-30"])
def test_a_text_that_tells_no_time_is_none(text):
    assert read_time(text) is None
