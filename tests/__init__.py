"""The tests, in folders as those of ``statmon``; what they share is imported by its full name.

Programs that tests start find it as they find ``statmon``: the environment knows this folder.
"""
