"""What to say when the service's clock was set."""

from statmon.domain.value import format_duration
from statmon.ui.look.text import tr


def step_in_words(by: int) -> str:
    """Return a sentence for a step of so many milliseconds, negative where it went back."""
    text = tr("The service's clock went ahead by {lasting}.")
    if by < 0:
        text = tr("The service's clock went back by {lasting}.")
    return text.format(lasting=format_duration(abs(by) / 1000))
