"""Plain immutable data and the vocabulary of contact-centre statistics.

Everything else builds on this folder and it builds on nothing: no I/O, no Qt, no asyncio,
no clock. What is decided here is decided by pure functions.
"""
