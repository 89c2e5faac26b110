"""What other threads answer comes into the Qt loop in the order in which it was answered."""

import threading
from concurrent.futures import Future
from itertools import product

import pytest

from statmon.ui.background.futures import Courier


def in_a_thread(what):
    thread = threading.Thread(target=what)
    thread.start()
    thread.join()


@pytest.mark.parametrize("done_first", list(product([True, False], repeat=3)))
def test_answers_come_in_the_order_in_which_they_were_given(qapp, done_first):
    """Whether a thread was done before its answer was waited for, or after."""
    courier, came = Courier(), []
    for number, first in enumerate(done_first):
        future: Future[int] = Future()
        if first:
            future.set_result(number)
        courier.bring(future, came.append)
        assert came == []
        if not first:
            in_a_thread(lambda future=future, number=number: future.set_result(number))

    qapp.processEvents()

    assert came == [0, 1, 2]


def test_a_cancelled_answer_is_passed_over(qapp):
    courier, came = Courier(), []
    future: Future[int] = Future()
    courier.bring(future, came.append)
    future.cancel()
    qapp.processEvents()

    assert came == []
