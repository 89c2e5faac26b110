"""What only Windows can be asked: its folder for all users, and who may write a file."""

import ctypes
import sys
from pathlib import Path
from typing import Any, Final

_OWNER_AND_RULES: Final = 0x1 | 0x4
_FILE_OBJECT: Final = 1
_REVISION: Final = 1
_LONGEST: Final = 260
_DISTURBED: Final = frozenset({0, 5, 7})
"""States in which notices are shown: not told, accepts them, an app of its own in front."""
_PROFILES: Final = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"


def placed(written: str, system: str) -> str:
    """Return a registered folder with the system's own places put in.

    Args:
        written: as it is registered, ``%SystemDrive%\\ProgramData`` as a rule.
        system: Windows' own folder.
    """
    drive = system[:2]
    for name, value in (("%SystemDrive%", drive), ("%SystemRoot%", system)):
        at = written.casefold().find(name.casefold())
        if at >= 0:
            written = written[:at] + value + written[at + len(name) :]
    return written if written and "%" not in written else drive + "\\ProgramData"


if sys.platform == "win32":

    def program_data() -> Path:
        """Return the folder for all users' data, as registered, whatever the environment says.

        The system's own call would put ``%SystemDrive%`` in from the environment.
        """
        import winreg

        buffer = ctypes.create_unicode_buffer(_LONGEST)
        ctypes.windll.kernel32.GetSystemWindowsDirectoryW(buffer, _LONGEST)
        system = buffer.value or "C:\\Windows"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _PROFILES) as key:
                written = str(winreg.QueryValueEx(key, "ProgramData")[0])
        except OSError:
            written = ""
        return Path(placed(written, system))

    def policy_values(place: str) -> dict[str, Any]:
        """Return all values under a key of the whole computer's, those of its keys below as dicts.

        Raises:
            OSError: it is there and cannot be read.
        """
        import winreg

        rights = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            opened = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place, 0, rights)
        except FileNotFoundError:
            return {}
        with opened as key:
            below, count, _ = winreg.QueryInfoKey(key)
            values = {name: value for name, value, _ in (
                winreg.EnumValue(key, number) for number in range(count))}  # fmt: skip
            names = [winreg.EnumKey(key, number) for number in range(below)]
        return values | {name: policy_values(f"{place}\\{name}") for name in names}

    def is_busy() -> bool:
        """Whether Windows holds notices back now: a full screen, a presentation, quiet time."""
        state = ctypes.c_int()
        failed = ctypes.windll.shell32.SHQueryUserNotificationState(ctypes.byref(state))
        return not failed and state.value not in _DISTURBED

    def security_of(path: Path) -> str:
        """Return owner and rules of a file or folder in SDDL.

        Raises:
            OSError: it cannot be asked.
        """
        advapi, descriptor, text = ctypes.windll.advapi32, ctypes.c_void_p(), ctypes.c_wchar_p()
        none: Any = None
        failed = advapi.GetNamedSecurityInfoW(
            ctypes.c_wchar_p(str(path)), _FILE_OBJECT, _OWNER_AND_RULES,
            none, none, none, none, ctypes.byref(descriptor),
        )  # fmt: skip
        if failed:
            raise ctypes.WinError(failed)
        try:
            if not advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor, _REVISION, _OWNER_AND_RULES, ctypes.byref(text), none
            ):
                raise ctypes.WinError()
            return text.value or ""
        finally:
            ctypes.windll.kernel32.LocalFree(descriptor)
            ctypes.windll.kernel32.LocalFree(text)

else:

    def policy_values(place: str) -> dict[str, Any]:  # noqa: ARG001 - as on Windows
        """Return nothing: other systems have no registry."""
        return {}
