"""The time machine: tree, board, details and charts as they were at an instant of the past.

The views stay what they are; their lens looks at another table, made from the history. Recording
goes on meanwhile. It knows the history only by the few questions that it asks, and no service.
"""
