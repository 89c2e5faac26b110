"""Makes ``resources/sounds``: ``sounds.py [FOLDER]``.

One soft tone for a warning, three higher ones for what is critical: told apart without looking.
"""

import io
import sys
import wave
from pathlib import Path

import numpy as np

SOUNDS = Path(__file__).parent.parent / "resources" / "sounds"
RATE = 22_050
TONES = {
    "warning": [(660.0, 0.30)],
    "critical": [(880.0, 0.14), (0.0, 0.05), (880.0, 0.14), (0.0, 0.05), (1175.0, 0.25)],
}
"""Hertz and seconds; 0 Hz is silence."""
LOUD = 0.35
FADE = 0.02
"""Seconds in which a tone comes and goes: an edge would crack."""


def samples(tones: list[tuple[float, float]]) -> bytes:
    """Return a sound's samples, 16 bits each."""
    parts = []
    for hertz, seconds in tones:
        at = np.arange(round(RATE * seconds)) / RATE
        edges = np.minimum(1.0, np.minimum(at, at[-1] - at) / FADE)
        # Rounded first: the last digits of a sine are another's on another processor.
        parts.append(np.round(np.round(np.sin(2 * np.pi * hertz * at), 6) * edges * LOUD * 32_767))
    return np.concatenate(parts).astype("<i2").tobytes()


def wav(name: str) -> bytes:
    """Return the file of a sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples(TONES[name]))
    return file.getvalue()


def main() -> None:
    """Write them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SOUNDS
    folder.mkdir(parents=True, exist_ok=True)
    for name in TONES:
        (folder / f"{name}.wav").write_bytes(wav(name))


if __name__ == "__main__":
    main()
