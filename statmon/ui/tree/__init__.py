"""The statistic tree in the middle of the window: its shape, its model, its view and its page.

It shows a lens on a table and draws on the window's tick. It knows no engine and no service.
"""
