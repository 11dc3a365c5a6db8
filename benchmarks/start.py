"""The start under the clock: from nothing to the window that can be used, beside an empty one.

    python benchmarks/start.py [--times N]

Processes are started in turn, so that both meet the same machine: one shows an empty window of PySide6 and
pyqtgraph, the other does what `ironquant` does. A process ends as soon as what it shows has been drawn and
nothing waits in the queue of events. Offscreen, settings of their own. Printed, never a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

END = """
app.processEvents()
assert window.isVisible()
os._exit(0)
"""
EMPTY = """
import os
import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.resize(1600, 960)
window.show()
"""
OURS = """
import os
import ironquant.cli.main
from ironquant.gui.app import application, make_window, open_window
app = application()
window = make_window()
open_window(window)
"""


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=11)
    times = parser.parse_args().times
    with TemporaryDirectory() as folder:
        own = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), folder)
        environment = (
            os.environ | own | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "qt.qpa.*=false"}
        )
        rounds = [[_seconds(code, environment) for code in (EMPTY, OURS)] for _ in range(times + 1)][1:]
    empty, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"empty window {empty:.3f} s, ours {ours:.3f} s, {ours / empty:.2f} × (median of {times})")


def _seconds(code: str, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code + END], env=environment, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
