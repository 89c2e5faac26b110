"""The hub: how one collector's readings reach many desktops, and how collectors take turns.

Decisions have no I/O: what is wished (``wishes``), what is published (``publishing``), how a
desktop joins (``join``), who leads (``lease``). What carries the messages has few verbs
(``carrier``).
"""
