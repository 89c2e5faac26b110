"""What the command line does, one file a command; ``cli`` reads the arguments.

Everything the window can fetch is fetched here by the same engine. Knows no Qt: ``app`` is
imported only to open a window.
"""
