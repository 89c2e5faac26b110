import pytest
from PySide6.QtCore import QMimeData

from statmon.domain.statistic import Series
from statmon.ui.data import drag

ONE = Series("http://site", "Agent", "agent1", "InboundCalls")
TWO = Series("http://site", "Queue", "7001@SIP_Switch", "#0123456789ab")


def test_what_is_dragged_is_what_is_dropped(qapp):
    """In its order, each series once."""
    assert drag.unpack(drag.pack([TWO, ONE, TWO])) == [TWO, ONE]


def test_other_programs_get_plain_text(qapp):
    """An editor that takes the drop shows the names."""
    assert drag.pack([ONE]).text() == "Agent agent1 InboundCalls"


@pytest.mark.parametrize("damaged", [b"", b"{", b"5", b'[["a"]]', b"[[1, 2, 3, 4]]"])
def test_a_damaged_drop_is_nothing(qapp, damaged):
    """Another program may offer anything under our name."""
    data = QMimeData()
    data.setData(drag.MIME, damaged)

    assert drag.unpack(data) == []
