"""Every action as a row of a table: menu, keys, icon; the words stand in `actions`."""

from __future__ import annotations

from dataclasses import dataclass

from ironquant.gui.windowing import window_presets
from ironquant.resources import LANGUAGES


@dataclass(frozen=True)
class Row:
    """One action: its menu, keys, icon.

    `bar`: stands in the tool bar; `strip`: among the drawing tools beside the image; `local`: its keys
    work only while the images have the focus.
    """

    name: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    bar: bool = False
    checkable: bool = False
    local: bool = False
    strip: bool = False


ROWS = (
    Row("open", "file", ("Ctrl+O",), "open", bar=True),
    Row("open_file", "file", ("Ctrl+Shift+O",)),
    Row("sample", "file", ("Ctrl+Alt+O",)),
    Row("unfinished", "file", ("Ctrl+U",)),
    Row("start", "file", ("Ctrl+W",)),
    Row("forget_recent", "file", ("Ctrl+Shift+H",)),
    Row("save", "file", ("Ctrl+S",), "save", bar=True),
    Row("save_as", "file", ("Ctrl+Shift+S",)),
    Row("finish", "file", ("Ctrl+Shift+F",)),
    Row("report", "file", ("Ctrl+R",), "report", bar=True),
    Row("finish_report", "file", ("Ctrl+Shift+R",)),
    Row("sign_report", "file", ("Ctrl+Shift+G",)),
    Row("verify_report", "file", ("Ctrl+Shift+Y",)),
    Row("make_key", "file", ("Ctrl+Alt+K",)),
    Row("export", "file", ("Ctrl+E",), "export", bar=True),
    Row("print", "file", ("Ctrl+P",), "print"),
    Row("preview", "file", ("Ctrl+Shift+P",)),
    Row("deidentify", "file", ("Ctrl+Shift+D",)),
    Row("batch", "file", ("Ctrl+Shift+B",)),
    Row("quit", "file", ("Ctrl+Q",)),
    Row("undo", "region", ("Ctrl+Z",), "undo", bar=True),
    Row("redo", "region", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", bar=True),
    Row("propose", "region", ("P",), "propose", bar=True),
    Row("accept", "region", ("A",), "accept", bar=True),
    Row("refuse", "region", ("Shift+A",), "refuse", bar=True),
    Row("new_region", "region", ("Ctrl+N",), "new"),
    Row("next_region", "region", ("G",)),
    Row("copy_region", "region", ("Ctrl+C",)),
    Row("paste_region", "region", ("Ctrl+V",)),
    Row("delete_region", "region", ("Delete",), "delete"),
    Row("next", "region", ("N",), "next", bar=True),
    Row("toggle_echo", "region", ("X",)),
    Row("reset_echoes", "region", ("R",)),
    Row("leave_out", "region", ("O",), checkable=True),
    Row("method", "region", ("Ctrl+M",)),
    Row("clinical", "region", ("Ctrl+K",)),
    Row("add_prior", "region", ("Shift+Y",)),
    Row("impression", "region", ("Ctrl+I",)),
    Row("copy_text", "region", ("Ctrl+T",)),
    Row("edit", "draw", ("E",), "select", checkable=True, strip=True),
    Row("draw", "draw", ("D",), "draw", checkable=True, strip=True),
    Row("freehand", "draw", ("L",), "freehand", checkable=True, strip=True),
    Row("ellipse", "draw", ("I",), "ellipse", checkable=True, strip=True),
    Row("rectangle", "draw", ("Q",), "rectangle", checkable=True, strip=True),
    Row("circle", "draw", ("C",), "circle", checkable=True, strip=True),
    Row("brush", "draw", ("B",), "brush", checkable=True, strip=True),
    Row("eraser", "draw", ("U",), "eraser", checkable=True, strip=True),
    Row("hole", "draw", ("H",), "hole", checkable=True, strip=True),
    Row("brush_smaller", "draw", ("[",)),
    Row("brush_larger", "draw", ("]",)),
    Row("follow_echo", "draw", ("V",), "follow", checkable=True, strip=True),
    Row("follow_on", "draw", ("Shift+V",), checkable=True),
    Row("stay", "draw", ("Ctrl+Shift+V",)),
    Row("smooth", "draw", ("T",), "smooth", strip=True),
    Row("grow", "draw", ("+", "="), "grow", strip=True),
    Row("shrink", "draw", ("-",), "shrink", strip=True),
    Row("copy_previous", "draw", ("Ctrl+PgUp",)),
    Row("copy_next", "draw", ("Ctrl+PgDown",), "copy", strip=True),
    Row("heart", "view", ("1",)),
    Row("liver", "view", ("2",)),
    Row("both", "view", ("3",)),
    Row("spleen", "view", ("4",)),
    Row("pancreas", "view", ("5",)),
    Row("compare", "view", ("6",)),
    Row("link", "view", ("Z",), checkable=True),
    Row("take_series", "view", ("Ctrl+Return",)),
    Row("map", "view", ("M",), "map", bar=True, checkable=True),
    Row("map_next", "view", ("Shift+M",)),
    Row("excluded", "view", ("Shift+O",), checkable=True),
    Row("residuals", "view", ("J",), checkable=True),
    Row("segments", "view", ("S",), checkable=True),
    Row("history", "view", ("Y",), checkable=True),
    Row("echo_previous", "view", ("Up", ","), local=True),
    Row("echo_next", "view", ("Down", "."), local=True),
    Row("cine", "view", ("K",)),
    Row("slice_previous", "view", ("PgUp",), local=True),
    Row("slice_next", "view", ("PgDown",), local=True),
    *(Row(f"window_{name}", "window", (preset.key,)) for name, preset in window_presets().items()),
    Row("home", "view", ("F",), "fit"),
    Row("whole", "view", ("0",)),
    Row("panel_examinations", "panels", ("Ctrl+1",), checkable=True),
    Row("panel_regions", "panels", ("Ctrl+2",), checkable=True),
    Row("panel_tools", "panels", ("Ctrl+3",), checkable=True),
    Row("panel_curve", "panels", ("Ctrl+4",), checkable=True),
    Row("panel_results", "panels", ("Ctrl+5",), checkable=True),
    Row("panel_impression", "panels", ("Ctrl+6",), checkable=True),
    Row("second_screen", "panels", ("Ctrl+7",), checkable=True),
    Row("reset_layout", "panels", ("Ctrl+0",)),
    Row("light", "view", ("Ctrl+Shift+L",), checkable=True),
    *(Row(row.code, "language", (row.key,), checkable=True) for row in LANGUAGES.values()),
    Row("keys", "help", ("F1",), "help", bar=True),
    Row("palette", "help", ("Ctrl+Shift+A",)),
    Row("tour", "help", ("Shift+F1",)),
    Row("diagnostics", "help", ("Ctrl+Shift+I",)),
    Row("log_folder", "help", ("Ctrl+Alt+L",)),
    Row("about", "help", ("Ctrl+F1",)),
)
MENUS = {
    "file": "F",
    "draw": "D",
    "region": "R",
    "view": "V",
    "window": "W",
    "panels": "P",
    "language": "L",
    "help": "H",
}
"""The letter that opens each."""
INSIDE = {"window": "view", "panels": "view"}
"""Menus that stand at the end of another one."""
SEPARATED = frozenset(
    {
        "start",
        "save",
        "report",
        "export",
        "deidentify",
        "quit",
        "propose",
        "new_region",
        "hole",
        "brush_smaller",
        "follow_echo",
        "smooth",
        "copy_previous",
        "toggle_echo",
        "clinical",
        "map",
        "echo_previous",
        "home",
        "light",
        "second_screen",
        "diagnostics",
        "about",
    }
)
BAR_SEPARATED = frozenset({"save", "undo", "propose", "map", "keys"})
STRIP_SEPARATED = frozenset({"hole", "follow_echo", "smooth"})
