"""What shows the last readings. Only the window's frame is there before this is imported."""

from statmon.ui.banner import Banner
from statmon.ui.editor.document import Document
from statmon.ui.frozen import FrozenFrame
from statmon.ui.pulse import Pulse
from statmon.ui.status import StatusBar
from statmon.ui.tools import Tools
from statmon.ui.views import Views

__all__ = ["Banner", "Document", "FrozenFrame", "Pulse", "StatusBar", "Tools", "Views"]
