"""Signing in: how a site is reached and as whom, tokens and their renewal."""
