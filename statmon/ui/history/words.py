"""How the history is doing, in the words of the status bar."""

from statmon.history import State, Status
from statmon.ui.look.text import tr


def words_of(status: Status) -> tuple[str, str]:
    """Return a word or two for the status bar, and a sentence for whoever hovers there."""
    words, sentence = _words(status.state), status.message
    if status.missed:
        words = tr("⚠ recorded in part")
    if status.damage:
        words, sentence = f"{words} ⚠", "\n".join(filter(None, (sentence, status.damage)))
    return words, sentence


def _words(state: State) -> str:
    match state:
        case "opening":
            return tr("opening history")
        case "recording":
            return tr("recording")
        case "paused":
            return tr("‖ not recording")
        case "off":
            return tr("no history")
        case "reading":
            return tr("recorded elsewhere")
        case "waiting":
            return tr("⚠ not recording: disk")
        case "failed":
            return tr("⚠ no history")
