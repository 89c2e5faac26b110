"""Everything Qt: the window, its views, and the loop in which it all runs.

The views look at a live table through a ``Lens`` and draw on one tick (``Pulse``); they know
nothing of sockets, sessions or files. ``support/preflight.py`` alone is free of Qt, so that the
command line can say what is missing before Qt is imported. Nothing but ``statmon.app`` imports
this.
"""
