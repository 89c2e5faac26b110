"""Stat Server: turns the stream of actions and statuses into statistics.

Knows objects, definitions and simulated time; knows nothing of HTTP, sessions or who asked.
Statistics are computed incrementally: cumulative tallies, and what they were when the interval
began.
"""
