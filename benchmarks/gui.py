"""The window under the clock: what one movement of the mouse costs while a region is drawn or dragged.

    python benchmarks/gui.py [--moves N]

For every tool that shows numbers while the mouse moves: the time that the gesture takes on the window's own
thread (outline, region, drawing orders), and the time until its region is refitted (`measure_region`, which
the window runs in the background, a new one as soon as the last is done). Then the time that showing new
numbers takes. Printed, never a test: another machine has other numbers. A picture at 60 Hz leaves 16.7 ms.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from ironquant.core import CancelToken, Organ, no_progress
from ironquant.fitting import warm_up
from ironquant.gui.app import application, make_window
from ironquant.gui.session import PAIR
from ironquant.gui.work import measure_region
from ironquant.roi import region_mask

TOOLS = ("edit", "ellipse", "rectangle", "circle", "brush", "eraser")
TIMEOUT_S = 120.0


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--moves", type=int, default=60)
    moves = parser.parse_args().moves
    app = application()
    start = time.perf_counter()
    window = make_window()
    window.resize(1366, 768)
    window.show()
    app.processEvents()
    print(f"window made and shown: {1e3 * (time.perf_counter() - start):.0f} ms")
    start = time.perf_counter()
    window.centre.furnish()
    print(f"panels of the images: {1e3 * (time.perf_counter() - start):.0f} ms")
    with TemporaryDirectory() as folder:
        window.controller.open_sample(Path(folder))
        _wait(app, window)
        print("organ    tool        gesture ms (median, 95 %)   refit ms (median, 95 %)")
        warm_up()
        for tab, organ in enumerate(PAIR):
            window.centre.show_tab(tab)
            _times(window, organ, "brush", moves)  # kernels are loaded behind the first fits
            for tool in TOOLS:
                gesture, refit = _times(window, organ, tool, moves)
                cells = "   ".join(
                    f"{np.median(row):8.2f} {np.quantile(row, 0.95):8.2f}" for row in (gesture, refit)
                )
                print(f"{organ:8} {tool:10} {cells}")
            print(f"{organ:8} numbers shown in {_show_ms(window, organ):.2f} ms (median)")
            print(f"{organ:8} another echo painted in {_scroll_ms(window, organ):.2f} ms (median)")
    window.close()


def _times(window: object, organ: Organ, tool: str, moves: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of every movement, and of every refit of what it made."""
    controller, panel = window.controller, window.centre.panels[organ]  # type: ignore[attr-defined]
    session, hand = controller.session, panel.tool
    hand.stop()
    if tool != "edit":
        hand.start(tool)
    mask = region_mask(session.active_region(organ), panel.view.series)[panel.view.slice_index]
    rows, columns = np.nonzero(mask)
    middle = int(np.argmin(np.hypot(rows - rows.mean(), columns - columns.mean())))
    x, y = float(columns[middle]), float(rows[middle])
    regions: list[object] = []
    controller.preview_region = regions.append
    box, gestures = panel.view.box, []
    box.drag_started.emit(x, y)
    for move in range(1, moves + 1):
        place = x + 0.25 * move, y + 6.0 * math.sin(move / 6)
        began = time.perf_counter()
        box.dragged.emit(*place)
        gestures.append(1e3 * (time.perf_counter() - began))
    hand.stop()
    del controller.preview_region
    entry, shown, refits = session.entry(organ), session.organs[organ], []
    for region in regions:
        began = time.perf_counter()
        measure_region(
            session.examination,
            entry,
            region,
            session.settings,
            shown,
            session.priors,
            no_progress,
            CancelToken(),
        )
        refits.append(1e3 * (time.perf_counter() - began))
    assert statistics.fmean(refits) > 0
    return gestures, refits


def _show_ms(window: object, organ: Organ) -> float:
    """Return the milliseconds that showing the numbers of a preview takes."""
    times = []
    for _ in range(20):
        began = time.perf_counter()
        window.controller.previewed.emit(organ)  # type: ignore[attr-defined]
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def _scroll_ms(window: object, organ: Organ) -> float:
    """Return the milliseconds until another echo is on the screen."""
    panel, times = window.centre.panels[organ], []  # type: ignore[attr-defined]
    for number in range(40):
        began = time.perf_counter()
        panel.step_echo(1 if number % 8 < 4 else -1)
        panel.view.viewport().repaint()
        panel.echoes.repaint()
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def _wait(app: object, window: object) -> None:
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        app.processEvents()  # type: ignore[attr-defined]
        if window.controller.tasks.idle and window.controller.session.organs:  # type: ignore[attr-defined]
            return
        time.sleep(0.005)
    raise SystemExit("the sample patient was not measured in time")


if __name__ == "__main__":
    main()
