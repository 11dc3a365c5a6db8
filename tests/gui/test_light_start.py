"""The window opens without the heavy parts; what shows images is loaded behind it, there when wanted."""

import subprocess
import sys

import pytest

HEAVY = ("pyqtgraph", "scipy", "numba", "skimage", "pydicom", "reportlab", "ironquant.fitting")
START = """
import sys, time
from ironquant.gui.app import application, make_window, open_window
app = application()
window = make_window()
open_window(window)
app.processEvents()
assert window.centre.start.isVisible()
assert window.actions_["open"].isEnabled() and window.actions_["sample"].isEnabled()
print(",".join(name for name in %r if name in sys.modules))
window.actions_["residuals"].trigger()
window.controller.warm_up(window.furnish)
end = time.monotonic() + 120
while not (window.centre.made and window.controller.tasks.idle) and time.monotonic() < end:
    app.processEvents()
    time.sleep(0.01)
assert window.centre.made and "pyqtgraph" in sys.modules
assert all(panel.fit.curve._residuals_on for panel in window.centre.made.values())
assert window.centre.start.isVisible()
window.close()
"""


def test_the_start_page_needs_no_heavy_part_and_the_panels_come_behind_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", START % (HEAVY,)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
    assert "thread" not in done.stderr.casefold()


def test_what_is_switched_on_the_start_page_holds_for_the_images(window, phantom_folder, qtbot, settle):
    window.actions_["history"].trigger()
    window.actions_["segments"].trigger()
    window.centre.show_tab(1)
    assert not window.centre.panels[window.centre.active].isVisible()
    window.open_path(phantom_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=30_000)
    settle(window)
    panel = window.centre.panel
    assert panel.organ == "liver"
    assert panel.fit.history.isVisible()
    assert not panel.segments._on


@pytest.mark.parametrize("organ", ["spleen", "pancreas"])
def test_an_organ_without_a_result_shows_an_empty_curve_in_its_place(opened, organ):
    opened.actions_[organ].trigger()
    curve = opened.centre.panel.fit.curve
    assert curve.isVisible()
    assert not curve.getPlotItem().isVisible()
