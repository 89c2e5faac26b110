"""Where a packaged statmon starts."""

import sys

from statmon.cli import main

sys.exit(main())
