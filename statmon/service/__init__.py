"""The Statistics service as a client sees it: sign-in, REST calls, notifications, the monitor.

It keeps what the user wants open at the service. It knows no Qt, no files and no window; what
happens is told as events (``wire/events.py``). Decisions are in
``subscriptions/reconciler.py``, without I/O.
"""
