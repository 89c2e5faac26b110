"""``python -m statmon``."""

import sys

from statmon.cli import main

if __name__ == "__main__":
    sys.exit(main())
