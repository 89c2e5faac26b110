"""With what statmon ends: the one table, from which man page and documents are made or checked."""

from enum import IntEnum


class ExitCode(IntEnum):
    """An exit code; ``meaning`` says in a user's words what it stands for."""

    meaning: str

    def __new__(cls, code: int, meaning: str = "") -> "ExitCode":
        """Keep the meaning with the number."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "done; also a window that was closed"
    FAILED = 1, "could not do it: one line on stderr, without a traceback; or a check failed"
    MISUSED = 2, "wrong usage: an unknown option, a value that cannot be used"
    INTERRUPTED = 130, "interrupted, by Ctrl-C or by the system"
