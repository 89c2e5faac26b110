"""Puts the parts without Qt together: what ``watch`` runs and what the window looks at.

``Engine`` is a site as it is now; ``Replay`` is a recorded one. Both are an ``EngineState``: what
is known of a site, and who is told when that changes. Nothing here may know Qt.
"""

from statmon.engine.engine import Engine

__all__ = ["Engine"]
