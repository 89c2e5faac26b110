"""How long a server wants to be left alone, in whatever form it says so."""

import pytest

from statmon.bayeux.retry_after import LONGEST, retry_after

NOON = 1_790_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 120 "}, 120.0),
        ({"Retry-After": "9" * 400}, LONGEST),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "1_0"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Mon, 21 Sep 2026 14:14:20 GMT"}, 60.0),
        ({"Retry-After": "Mon, 21 Sep 2026 14:00:00 GMT"}, 0.0),
        ({"Retry-After": "Mon, 21 Sep 2099 14:00:00 GMT"}, LONGEST),
        (
            {
                "Retry-After": "Mon, 21 Sep 2020 10:00:30 GMT",
                "Date": "Mon, 21 Sep 2020 10:00:00 GMT",
            },
            30.0,
        ),
        ({"Retry-After": "Mon, 99 Sep 2026 14:14:20 GMT"}, None),
    ],
)
def test_seconds_and_dates_are_understood(headers, seconds):
    """A date counts from the answer's own date: the server's clock may be wrong."""
    assert retry_after(headers, NOON) == seconds
