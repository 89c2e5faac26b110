"""How a command ends when it could not be done."""


class CommandError(Exception):
    """The command could not be done; ``str()`` is the one line for stderr, exit code 1."""


class UnreadableFile(CommandError):
    """The file to open is missing, damaged, or no workspace; another one can be opened instead."""


class UsageError(Exception):
    """The command line is wrong; ``str()`` is the one line for stderr, exit code 2."""
