"""Files and the machine: workspace files, shipped resources, logs.

Everything here may block: the window calls it before the loop runs, or from a thread.
"""
