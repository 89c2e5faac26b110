"""Whether only the administrator of this computer can write a file."""

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_ROOT: Final = 0


def objection(path: Path) -> str:
    """Return why a file could be somebody else's than the administrator's; nothing if it cannot.

    The file, and each folder on the way to it (what links lead to included), is owned by the
    administrator and can be written by nobody else.
    """
    try:
        if sys.platform == "win32":
            from statmon.storage.machine.windows import security_of

            return next((f"{each} {why}" for each in (path, path.parent)
                         if (why := opens(security_of(each)))), "")  # fmt: skip
        return judge((each, each.lstat()) for each in _chain(path))
    except OSError as error:
        return f"{path} cannot be looked at ({error.strerror or error})"


def judge(found: Iterable[tuple[object, os.stat_result]]) -> str:
    """Return what is wrong with a file's owner and mode, or those of the folders above it."""
    for name, each in found:
        if each.st_uid != _ROOT:
            return f"{name} does not belong to root"
        # A link's own mode says nothing; into a folder like /tmp others can add, not replace.
        free = stat.S_ISLNK(each.st_mode) or (
            stat.S_ISDIR(each.st_mode) and each.st_mode & stat.S_ISVTX
        )
        if each.st_mode & _OTHERS and not free:
            return f"{name} can be written by others than root"
    return ""


def _chain(path: Path) -> Iterator[Path]:
    """Give the file, its folders, and those that links on the way lead to."""
    for end in dict.fromkeys((path, Path(os.path.realpath(path)))):
        yield end
        yield from end.parents


_ADMINISTRATORS: Final = ("BA", "SY", "LA", "DA", "S-1-5-80-956008885-")
"""In SDDL: the group, the system, the account, a domain's; the beginning of TrustedInstaller."""
_CREATOR: Final = "CO"
_CHANGES: Final = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
"""Write, append, delete (a child, itself), change the rules or the owner, all, generic write."""
_RIGHTS: Final = {
    "CC": 0x1, "DC": 0x2, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80,
    "CR": 0x100, "SD": 0x10000, "RC": 0x20000, "WD": 0x40000, "WO": 0x80000, "GA": 0x10000000,
    "GX": 0x20000000, "GW": 0x40000000, "GR": 0x80000000, "FA": 0x1F01FF, "FR": 0x120089,
    "FW": 0x120116, "FX": 0x1200A0,
}  # fmt: skip
_RULE: Final = re.compile(r"\((\w+);([^;]*);([^;]*);[^;]*;[^;]*;([^;)]*)")


def opens(sddl: str) -> str:
    """Return what a Windows security descriptor leaves to others than administrators, or nothing.

    Args:
        sddl: owner and rules, as ``ConvertSecurityDescriptorToStringSecurityDescriptor`` writes
            them (Microsoft: Security Descriptor String Format, ACE Strings).
    """
    owner = re.match(r"O:([\w-]+?)(?=[GDS]:|$)", sddl)
    if owner is None or not owner[1].startswith(_ADMINISTRATORS):
        return "does not belong to the administrators"
    rules = sddl.partition("D:")[2]
    if not rules or "NO_ACCESS_CONTROL" in rules:
        return "can be written by everybody"
    for kind, flags, rights, who in _RULE.findall(rules.partition("S:(")[0]):
        allows = kind in {"A", "OA", "XA", "ZA"} and "IO" not in re.findall("..", flags)
        if allows and _mask(rights) & _CHANGES and not who.startswith((*_ADMINISTRATORS, _CREATOR)):
            return f"can be written by others than the administrators ({who})"
    return ""


def _mask(rights: str) -> int:
    if rights.startswith(("0x", "0X")):
        return int(rights, 16)
    # What is not known could be anything.
    return sum({_RIGHTS.get(name, _CHANGES) for name in re.findall("..", rights)})
