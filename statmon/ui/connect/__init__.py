"""Signing in and knowing how the connection stands: dialog, list of sites, details panel.

It talks to the service only through ``service.sign_in.interactive_sign_in`` and the engine, and to
the keyring only in background threads. It knows nothing of statistics and their views.
"""
