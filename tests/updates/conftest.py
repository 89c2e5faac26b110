"""What tests of announcements share."""

import sys
from pathlib import Path

# pytest's importlib mode leaves sys.path alone: what tests share must be found by name.
sys.path.insert(0, str(Path(__file__).parent / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "service" / "support"))
