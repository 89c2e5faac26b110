"""How the window behaves among others: one of a kind, in the tray, at the session's end.

Knows the window as a widget and the settings; knows nothing of statistics.
"""
