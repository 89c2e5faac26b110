"""The journal of alerts as a table."""

import pytest

from statmon.export.alerts import COLUMNS, alerts_in
from statmon.export.job import ExportError, Period
from statmon.history import History, Rules
from statmon.recording import AlertRecording
from tests.engine.test_alerting import START, Desk

ALL = Period(None, 1 << 60)


def test_a_row_is_an_alert_with_what_was_done_about_it(tmp_path):
    """From when to when, how bad, by which rule, who said what."""
    desk, history = Desk(), History(tmp_path, Rules(keep_days=None))
    AlertRecording(desk.alerting, history).start([], 0, START)
    desk.feed(1, 12)
    desk.live(1, 20)
    (alert,) = desk.alerting.evaluator.open.values()
    desk.alerting.acknowledge([alert.id], "sue", "called them")
    desk.feed(61, 2)
    history.close()
    names = [column.name for column in COLUMNS]
    (portion,) = alerts_in(tmp_path, ALL, []).portions
    row = dict(zip(names, portion.rows[0], strict=True))

    assert len(portion.rows) == 1
    wanted = {
        "seconds": 60, "level": "high", "object": "q1", "statistic": "Waiting", "rule": "Waiting",
        "by": "sue", "words": "called them", "id": alert.id,
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    (other,) = alerts_in(tmp_path, ALL, ["q2"]).portions
    assert not other.rows


def test_without_a_journal_it_is_said(tmp_path):
    """Nothing was kept yet."""
    with pytest.raises(ExportError, match="no journal"):
        alerts_in(tmp_path, ALL, [])
    (tmp_path / "alerts.db").write_bytes(b"none" * 2000)
    with pytest.raises(ExportError, match="cannot be read"):
        alerts_in(tmp_path, ALL, [])
