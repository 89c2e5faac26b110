"""What the machine's tests share is found by name."""

import sys
from pathlib import Path

# pytest's importlib mode leaves sys.path alone.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "support")]
