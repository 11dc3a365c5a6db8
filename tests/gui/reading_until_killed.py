"""Open a folder in a window and change the reading until somebody kills the process.

``reading_until_killed.py FOLDER LOG``: a line of the log is number and time of a step that was done.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer

from ironquant.core import Organ
from ironquant.gui.app import application, make_window
from ironquant.gui.session import region_of


def main() -> None:
    app = application()
    window = make_window()
    window.show()
    window.open_path(Path(sys.argv[1]))
    steps = iter(range(1, 1_000_000))

    def work() -> None:
        session = window.controller.session
        if session.examination is None:
            return
        number = next(steps)
        if number == 1:
            print("begun", flush=True)
        heart = region_of(session.entry(Organ.HEART))
        moved = tuple(contour + 0.01 * (-1) ** number for contour in heart.contours)
        window.controller.set_region(replace(heart, contours=moved))
        window.controller.set_impression(f"Step {number}")
        with Path(sys.argv[2]).open("a") as log:
            log.write(f"{number}\t{time.monotonic():.3f}\tdone\n")

    timer = QTimer(interval=100)
    timer.timeout.connect(work)
    timer.start()
    app.exec()


if __name__ == "__main__":
    main()
