"""Lets a package leave out Qt's OpenGL bindings (9 MB), which statmon never draws with.

pyqtgraph imports the module whenever it is imported itself, and looks into it only to draw with
OpenGL; an empty one serves. Imported before anything else by what starts a package.
"""

import sys
from types import ModuleType

NAME = "PySide6.QtOpenGL"

sys.modules.setdefault(NAME, ModuleType(NAME))
