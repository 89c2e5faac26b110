"""Pure functions on arrays: buckets, baselines, formulas, aggregates, "what changed".

Numbers in, numbers out: no I/O, no Qt, no asyncio, no clock of its own. It knows neither the
service nor the files.
"""
