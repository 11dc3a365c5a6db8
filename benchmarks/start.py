"""The start under the clock: from nothing to the window that can be used, beside an empty one.

    python benchmarks/start.py [--times N]

Processes are started in turn, so that all meet the same machine: one shows an empty window of PySide6 and
pyqtgraph, the next does what `ironquant` does: the start page, on which all can be done. What shows images is
made a moment later, in the background; the last waits for it too. A process ends as soon as what it shows has
been drawn and nothing waits in the queue of events. Offscreen, settings of their own, byte code as an
installation has it. By the clock, and in time of the processor, which other work on the machine changes less.
Printed, never a test.
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


READY = OURS + "window.centre.furnish()\n"


def main() -> None:
    """Print the times, and over that of the empty window."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=11)
    times = parser.parse_args().times
    with TemporaryDirectory() as folder:
        own = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), folder)
        environment = (
            os.environ | own | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "qt.qpa.*=false"}
        )
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = folder
        codes = {"empty window": EMPTY, "ours": OURS, "ours, ready for images": READY}
        rounds = [[_seconds(code, environment) for code in codes.values()] for _ in range(times + 1)][1:]
    for kind, values in zip(
        ("clock", "processor"), zip(*(zip(*row, strict=True) for row in rounds), strict=True), strict=True
    ):
        medians = [statistics.median(column) for column in zip(*values, strict=True)]
        for name, median in zip(codes, medians, strict=True):
            print(f"{kind:10} {name:24} {median:.3f} s   {median / medians[0]:.2f} ×")
    print(f"median of {times}")


def _seconds(code: str, environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds of a process by the clock and of the processor."""
    before, began = _processor_s(), time.perf_counter()
    subprocess.run([sys.executable, "-c", code + END], env=environment, check=True)
    return time.perf_counter() - began, _processor_s() - before


def _processor_s() -> float:
    used = os.times()
    return used.children_user + used.children_system


if __name__ == "__main__":
    main()
