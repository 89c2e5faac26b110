"""How long the token lives, for the status bar."""

from statmon.domain.value import format_duration
from statmon.ui.connect.guarded import Guarded
from statmon.ui.look.text import tr


def token_words(source: object) -> str:
    """Return what to say of an engine's token; nothing where there is nothing to know."""
    if not isinstance(source, Guarded) or source.account is None:
        return ""
    sign_in = source.account.sign_in
    if sign_in.needed is not None:
        return f"⚠ {tr('sign in again')}"
    if sign_in.renew_in is None:
        return ""
    return f"{tr('next token')} {format_duration(sign_in.renew_in)}"
