"""The wallboard: the boards in large on a whole screen, one after the other, for a wall.

It looks through the window's lens and changes nothing: neither workspace nor subscriptions.
"""
