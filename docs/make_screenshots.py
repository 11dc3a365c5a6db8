"""Make the pictures of the window for the documentation, without a display, and check every word in them.

python docs/make_screenshots.py [FOLDER] [--size 1600x960] [--scale 1] [--theme dark|light] [--view both]
python docs/make_screenshots.py FOLDER --all      # every size, scale, view, theme and language

Without a folder the pictures of the documentation are made. It ends with an error that names widget and words
where words are cut off or lie over each other (tests/gui/clipping.py).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
TIMEOUT_S = 300.0
SCREENS = (("1366x768", "1"), ("1920x1080", "1"), ("3840x2160", "1"), ("1280x720", "1.5"), ("1366x768", "2"))
"""Size in pixels of the layout, and dots of the screen for each of them."""
VIEWS: dict[str, tuple[int, str | None]] = {
    "heart": (0, None),
    "liver": (1, None),
    "both": (2, None),
    "map": (2, "map"),
    "residuals": (0, "residuals"),
    "history": (0, "history"),
    "histories": (2, "history"),
}
"""Tab, and the action that is switched on."""
THEMES = ("dark", "light")
LANGUAGES = ("en", "zh")


def main() -> None:
    """Take the pictures; complain of words that cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=IMAGES)
    parser.add_argument("--size", default="1600x960")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--view", action="append", choices=tuple(VIEWS))
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    if options.all:
        raise SystemExit(max(_run(options.folder, *screen) for screen in SCREENS))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = options.scale
    size = tuple(int(side) for side in options.size.split("x"))
    views, themes = options.view or ["both"], options.theme or ["dark"]
    several = len(views) * len(themes) > 1
    with TemporaryDirectory() as folder:
        _isolate_settings(folder)
        found = list(take(options.folder, size, views, themes, options.scale if several else ""))
    if found:
        raise SystemExit("Words that cannot be read:\n" + "\n".join(found))


def take(
    folder: Path, size: tuple[int, ...], views: Iterable[str], themes: Iterable[str], scale: str
) -> Iterator[str]:
    """Write a picture of each view in each theme and language; yield what cannot be read in it.

    Without a `scale` they are called ``window_en.png`` and ``window_zh.png``.
    """
    from clipping import faults

    from ironquant.gui import language, style
    from ironquant.gui.app import application, make_window

    app = application()
    language.switch(LANGUAGES[0])
    window = make_window()
    window.resize(*size)
    window.show()
    window.open_sample()
    _wait(app, lambda: window.controller.tasks.idle)
    folder.mkdir(parents=True, exist_ok=True)
    for view, theme, lang in (
        (view, theme, lang) for view in views for theme in themes for lang in LANGUAGES
    ):
        tab, action = VIEWS[view]
        style.switch(theme)
        language.switch(lang)
        window.centre.show_tab(tab)
        if action:
            window.actions_[action].trigger()
        _wait(app, lambda: window.controller.tasks.idle)
        name = f"{size[0]}x{size[1]}@{scale}_{view}_{theme}_{lang}" if scale else f"window_{lang}"
        window.grab().save(str(folder / f"{name}.png"))
        yield from (f"{name}: {fault}" for fault in faults(window))
        if action:
            window.actions_[action].trigger()
    window.close()


def _run(folder: Path, size: str, scale: str) -> int:
    """Take every picture of a screen: the scale holds for a whole process."""
    wanted = [f"--{kind}={name}" for kind, names in (("theme", THEMES), ("view", VIEWS)) for name in names]
    command = [sys.executable, __file__, str(folder), "--size", size, "--scale", scale, *wanted]
    return subprocess.run(command, check=False).returncode


def _wait(app: Any, ready: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT_S
    for _ in range(5):
        app.processEvents()
    while not ready():
        app.processEvents()
        time.sleep(0.005)
        if time.monotonic() > end:
            raise SystemExit("the sample patient was not measured in time")
    app.processEvents()


def _isolate_settings(folder: str) -> None:
    from PySide6.QtCore import QSettings

    for kind in ("CONFIG", "STATE", "DATA"):
        os.environ[f"XDG_{kind}_HOME"] = folder
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests" / "gui"))
    main()
