"""Thresholds and alerts: which numbers are beyond what the user allows, and what became of it.

Pure evaluation and life cycle, fed numbers and times wherever they come from: the live table,
history or a replay. It knows no Qt, no asyncio, no service and reads no clock.
"""
