"""Writing subscriptions and keeping workspaces: the editor, its preview, files, undo.

What a change does to a workspace is decided in ``domain/editing``, what is remarked upon in
``domain/lint``; here are only the widgets, and the tasks that read and write files off the loop.
It may not know transports or the monitor: what is changed goes through the ``document``,
the only one that hands a workspace to the engine.
"""
