"""Whether there is a newer statmon: asked for only if the user wants that, told, never installed.

A release is announced by a small signed file at one address. What it says counts only once its
signature, its dates and its version have been checked (``manifest``, ``newer``: pure). Knows
no Qt, nothing of statistics, and no secret of any site.
"""
