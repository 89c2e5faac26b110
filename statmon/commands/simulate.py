"""``statmon simulate``: the contact centre and its Statistics service, without a window."""

from statmon.simulator import add_arguments, run

__all__ = ["add_arguments", "run"]
