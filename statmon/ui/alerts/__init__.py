"""Thresholds and alerts in the window: the watch over the table, the dock, the dialog of rules.

What counts as an alert is decided in ``statmon.alerts``; here it is only watched and shown.
"""
