"""Make the pictures of the window for the documentation, without a display.

python docs/make_screenshots.py [FOLDER] [--size 1366x768] [--tab 0|1|2] [--map]
                                [--theme dark|light] [--scale 2]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

IMAGES = Path(__file__).resolve().parent / "images"
TIMEOUT_S = 120.0


def main() -> None:
    """Open the sample patient and take a picture in each language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=IMAGES)
    parser.add_argument("--size", default="1600x960")
    parser.add_argument("--tab", type=int, default=2)
    parser.add_argument("--map", action="store_true")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--scale", default="1")
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = options.scale
    with TemporaryDirectory() as folder:
        _isolate_settings(folder)
        take(options.folder, width, height, options.tab, options.map, options.theme)


def take(folder: Path, width: int, height: int, tab: int, with_map: bool, theme: str) -> None:
    """Write ``window_en.png`` and ``window_zh.png``."""
    from ironquant.gui import language, style
    from ironquant.gui.app import application, make_window

    app = application()
    language.switch("en")
    window = make_window()
    window.resize(width, height)
    window.show()
    window.open_sample()
    _wait(app, lambda: window.controller.tasks.idle)
    window.centre.show_tab(tab)
    style.switch(theme)
    if with_map:
        window.actions_["map"].trigger()
    folder.mkdir(parents=True, exist_ok=True)
    for lang in ("en", "zh"):
        language.switch(lang)
        for _ in range(5):
            app.processEvents()
        window.grab().save(str(folder / f"window_{lang}.png"))
    window.close()


def _wait(app: object, ready: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not ready():
        app.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.005)
        if time.monotonic() > end:
            raise SystemExit("the sample patient was not measured in time")


def _isolate_settings(folder: str) -> None:
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


if __name__ == "__main__":
    main()
