"""The first window's ear: other starts ring, and say what they were asked to open."""

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from statmon.storage.machine.instance import ANSWER, LONGEST_LINE, file_in

_log = logging.getLogger(__name__)


class InstanceServer(QObject):
    """Listens on a local socket that only this user can open."""

    started_again = Signal(object)
    """The file to open, or None: somebody started statmon once more."""

    def __init__(self, address: str, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._came)
        # Who holds the lock is first: a socket that is there was left by a crash.
        QLocalServer.removeServer(address)
        if not self._server.listen(address):
            _log.warning("other starts cannot be heard: %s", self._server.errorString())

    def stop(self) -> None:
        """Listen no more."""
        self._server.close()

    def _came(self) -> None:
        while (guest := self._server.nextPendingConnection()) is not None:
            guest.setReadBufferSize(LONGEST_LINE)
            guest.readyRead.connect(lambda one=guest: self._read(one))
            guest.disconnected.connect(guest.deleteLater)
            if guest.bytesAvailable():
                self._read(guest)

    def _read(self, guest: QLocalSocket) -> None:
        if not guest.canReadLine():
            if guest.bytesAvailable() >= LONGEST_LINE:
                guest.abort()
            return
        try:
            file = file_in(bytes(guest.readLine().data()))
        except ValueError as error:
            _log.warning("somebody rang and said nonsense: %s", error)
            guest.abort()
            return
        guest.write(ANSWER)
        guest.flush()
        guest.disconnectFromServer()
        self.started_again.emit(file)
