import subprocess
import sys


def test_the_library_that_draws_is_not_loaded_before_the_first_frame():
    """It takes as long to load as the rest of the window."""
    code = (
        "import sys, statmon.ui.start.run; "
        "print([name for name in ('pyqtgraph', 'PySide6.QtSvg') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"
