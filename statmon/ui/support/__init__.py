"""The Help menu's parts: the doctor, the log, the support bundle.

Knows findings and text, not where they come from: what looks and what writes is handed in.
"""
