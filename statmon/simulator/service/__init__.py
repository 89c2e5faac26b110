"""The Statistics service and its sign-in, as a client meets them over HTTP.

``bayeux`` is the protocol without I/O; ``subscriptions`` and ``auth`` hold state; ``rest``,
``cometd`` and ``signin`` are thin shells on Starlette; ``app`` puts them together.
"""
