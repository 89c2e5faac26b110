"""What runs beside the window: tasks, answers of threads, pauses, Python's garbage collector."""
