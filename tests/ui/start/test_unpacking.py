"""Opening a bundle shows how far it is, and can be cancelled."""

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QProgressDialog

from statmon.storage.user.bundle import BundleError
from statmon.ui.start.unpacking import unpack


def _bar():
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QProgressDialog))


def test_the_bundle_comes_out(qapp):
    """In another thread."""
    threads = []

    def work(told):
        threads.append(threading.current_thread())
        told(0.5)
        return "bundle"

    assert unpack(work, "x.statbundle") == "bundle"
    assert threads[0] is not threading.current_thread()


def test_it_can_be_cancelled(qapp):
    """Before its next portion; then there is no bundle."""

    def work(told):
        done = threading.Event()
        while not done.wait(0.001):
            told(0.5)
        return "never"

    def cancel():
        _bar().canceled.emit()

    QTimer.singleShot(0, cancel)

    assert unpack(work, "x.statbundle") is None


def test_what_is_wrong_is_raised_here(qapp):
    """As a sentence."""

    def work(_told):
        raise BundleError("x.statbundle is not a bundle")

    with pytest.raises(BundleError, match="is not a bundle"):
        unpack(work, "x.statbundle")
