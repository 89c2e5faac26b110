"""Who calls: the data that an interaction brings along, for filters and custom values."""

from collections.abc import Mapping
from random import Random

LANGUAGES = (("English", 0.6), ("Spanish", 0.25), ("French", 0.15))
SEGMENTS = (("Bronze", 0.5), ("Silver", 0.3), ("Gold", 0.2))


def attached_data(random: Random, service: str) -> Mapping[str, str]:
    """Draw what is known of a customer: language, segment, service, revenue in whole euros."""
    return {
        "Language": _one(LANGUAGES, random.random()),
        "CustomerSegment": _one(SEGMENTS, random.random()),
        "ServiceType": service,
        "Revenue": str(int(random.lognormvariate(4, 1))),
    }


def _one(choices: tuple[tuple[str, float], ...], chance: float) -> str:
    for name, share in choices:
        chance -= share
        if chance < 0:
            return name
    return choices[-1][0]
