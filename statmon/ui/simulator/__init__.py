"""What the window has more when it looks at the simulator: the demo's Simulator menu.

Knows the window it adds to and a ``Control`` to call; knows no sockets and no simulator's code.
"""
