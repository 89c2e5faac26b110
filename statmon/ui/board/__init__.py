"""Boards: objects down, statistics across, as team leads know it from spreadsheets.

A board shows a lens on a table and draws on the window's tick. It knows no engine and no service.
"""
