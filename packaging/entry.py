"""Where a packaged statmon starts."""

import sys

import without_opengl  # noqa: F401 - first, so that pyqtgraph finds what it put in place

from statmon.cli import main

sys.exit(main())
