"""The newest reading of every series, and how fresh it is.

A table is an object and not a global: live, replay and as-of are instances of it under the
same views. It knows no service, no Qt, no asyncio and reads no clock: time comes in.
"""
