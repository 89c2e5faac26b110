"""The history in the window: recording behind it, the last readings before the service answers.

Asks the history only through futures: the disk never works in the Qt loop.
"""
