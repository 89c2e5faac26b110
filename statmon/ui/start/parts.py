"""What shows the last readings. Only the window's frame is there before this is imported."""

from statmon.ui.connect.status_bar import StatusBar
from statmon.ui.data.pulse import Pulse
from statmon.ui.editor.document import Document
from statmon.ui.widgets.banner import Banner
from statmon.ui.window.amber_frame import AmberFrame
from statmon.ui.window.centre import CentreTabs
from statmon.ui.window.toolbar import MainToolbar

__all__ = ["AmberFrame", "Banner", "CentreTabs", "Document", "MainToolbar", "Pulse", "StatusBar"]
