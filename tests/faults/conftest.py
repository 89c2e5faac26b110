import sys
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).parent / "support"),
    str(Path(__file__).parents[1] / "bayeux" / "support"),
    str(Path(__file__).parents[1] / "engine" / "support"),
]
