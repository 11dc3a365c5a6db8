"""Every action of the window: icon, keys, words; menus, tool bar and cheat sheet come from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from ironquant.gui import style
from ironquant.gui.actiontable import (
    BAR_SEPARATED,
    INSIDE,
    MENUS,
    ROWS,
    SEPARATED,
    STRIP_SEPARATED,
)
from ironquant.resources import LANGUAGES


def _with_mnemonic(title: str, letter: str) -> str:
    """Return a title with the letter that opens it: among its own, else in brackets behind."""
    before, found, after = title.partition(letter)
    return f"{before}&{found}{after}" if found else f"{title}(&{letter})"


@dataclass(frozen=True)
class Command:
    """An action in words: the menu it stands in, what it does, its keys."""

    menu: str
    words: str
    keys: str
    action: QAction


class Actions(QObject):
    """Makes the actions, the menus and the tool bar."""

    def __init__(
        self,
        window: QWidget,
        menu_bar: QMenuBar,
        tool_bar: QToolBar,
        strip: QToolBar,
        images: QWidget,
        ready: Mapping[str, QAction],
    ) -> None:
        super().__init__(window)
        self.by_name: dict[str, QAction] = {}
        self._menus = {name: QMenu(menu_bar) for name in MENUS}
        languages = QActionGroup(self)
        for row in ROWS:
            action = ready.get(row.name) or QAction(self)
            action.setShortcuts([QKeySequence(key) for key in row.keys])
            action.setCheckable(row.checkable)
            if row.icon:
                style.set_icon(action, row.icon)
            if row.local:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                images.addAction(action)
            if row.name in SEPARATED:
                self._menus[row.menu].addSeparator()
            self._menus[row.menu].addAction(action)
            if row.bar:
                if row.name in BAR_SEPARATED:
                    tool_bar.addSeparator()
                tool_bar.addAction(action)
            if row.strip:
                if row.name in STRIP_SEPARATED:
                    strip.addSeparator()
                strip.addAction(action)
            if row.menu == "language":
                languages.addAction(action)
            self.by_name[row.name] = action
        for name, menu in self._menus.items():
            (self._menus[INSIDE[name]] if name in INSIDE else menu_bar).addMenu(menu)

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    @property
    def everywhere(self) -> list[QAction]:
        """Those whose keys do not need the focus on the images."""
        return [self.by_name[row.name] for row in ROWS if not row.local]

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        titles = self._menu_titles()
        for name, menu in self._menus.items():
            menu.setTitle(_with_mnemonic(titles[name], MENUS[name]))
        short = self._short()
        for name, words in self._words().items():
            action = self.by_name[name]
            action.setText(words)
            action.setIconText(short.get(name, words))
            action.setToolTip(f"{words.rstrip('.')} ({self._key(action.shortcut())})")
            action.setStatusTip("")

    def commands(self) -> tuple[Command, ...]:
        """Return every action in the order of the menus."""
        titles, words = self._menu_titles(), self._words()
        return tuple(
            Command(
                titles[row.menu], words[row.name].rstrip("."), self.keys_of(row.name), self.by_name[row.name]
            )
            for menu in MENUS
            for row in ROWS
            if row.menu == menu
        )

    def cheat_sheet(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return title, and key and words of every action, by menu; then the mouse."""
        titles, words = self._menu_titles(), self._words()
        groups: list[tuple[str, list[tuple[str, str]]]] = []
        for menu in MENUS:
            rows = [(self.keys_of(row.name), words[row.name].rstrip(".")) for row in ROWS if row.menu == menu]
            groups.append((titles[menu], rows))
        mouse = [
            (self.tr("Wheel"), self.tr("Echo")),
            (self.tr("Shift + wheel"), self.tr("Slice")),
            (self.tr("Ctrl + wheel"), self.tr("Zoom")),
            (self.tr("Ctrl + left drag"), self.tr("Move the image")),
            (self.tr("Right or middle drag"), self.tr("Window and level")),
            (self.tr("Double click"), self.tr("Automatic window")),
            (self.tr("Click in a region"), self.tr("Edit the region")),
            (self.tr("Drag a region"), self.tr("Move the region")),
            (self.tr("Arrows, Shift: farther"), self.tr("Move while editing")),
            (self.tr("Click on a side"), self.tr("Set a corner")),
            (self.tr("Alt + click, Backspace"), self.tr("Remove a corner")),
            (self.tr("Shift while drawing"), self.tr("Add to the region")),
            (self.tr("Alt while drawing"), self.tr("Cut out")),
            (self.tr("Wheel with the brush"), self.tr("Size of the brush")),
            (self.tr("Click on an echo"), self.tr("Drop or restore the echo")),
            (self.tr("Drag the line in the curve"), self.tr("Last echo that is used")),
        ]
        groups.insert(6, (self.tr("Mouse"), mouse))
        return groups

    def keys_of(self, name: str) -> str:
        """Return the keys of an action as they stand on the keyboard."""
        return " / ".join(self._key(key) for key in self.by_name[name].shortcuts())

    def _key(self, key: QKeySequence) -> str:
        """Return a key as it stands on the keyboard, in the words of the reader."""
        names = {"Up": "↑", "Down": "↓", "PgUp": self.tr("PgUp"), "PgDown": self.tr("PgDn")}
        held, plus, last = key.toString(QKeySequence.SequenceFormat.PortableText).rpartition("+")
        if last not in names:
            return key.toString(QKeySequence.SequenceFormat.NativeText)
        return held + plus + names[last]

    def _menu_titles(self) -> Mapping[str, str]:
        return {
            "file": self.tr("File"),
            "draw": self.tr("Draw"),
            "region": self.tr("Region"),
            "view": self.tr("View"),
            "window": self.tr("Window presets"),
            "panels": self.tr("Panels"),
            "language": self.tr("Language"),
            "help": self.tr("Help"),
        }

    def _short(self) -> Mapping[str, str]:
        """Return the words of the tool bar, where they are shorter than in the menu."""
        return {
            "open": self.tr("Open"),
            "save": self.tr("Save"),
            "report": self.tr("Report"),
            "export": self.tr("Export"),
            "propose": self.tr("Propose"),
            "accept": self.tr("Accept"),
            "refuse": self.tr("Refuse"),
            "next": self.tr("Next"),
            "map": self.tr("Map"),
            "keys": self.tr("Keys"),
        }

    def _words(self) -> Mapping[str, str]:
        return {
            "open": self.tr("Open folder..."),
            "open_file": self.tr("Open file or case..."),
            "sample": self.tr("Open the sample patient"),
            "unfinished": self.tr("Unfinished work..."),
            "start": self.tr("Close and show the start page"),
            "forget_recent": self.tr("Forget recent work"),
            "save": self.tr("Save case"),
            "save_as": self.tr("Save case as..."),
            "finish": self.tr("Finish the case..."),
            "report": self.tr("Save report..."),
            "export": self.tr("Export results..."),
            "print": self.tr("Print report..."),
            "preview": self.tr("Print preview..."),
            "finish_report": self.tr("Finish report..."),
            "sign_report": self.tr("Sign a report..."),
            "verify_report": self.tr("Verify a report..."),
            "make_key": self.tr("Make a key to sign with..."),
            "deidentify": self.tr("De-identify images..."),
            "batch": self.tr("Measure a cohort..."),
            "quit": self.tr("Quit"),
            "undo": self.tr("Undo"),
            "redo": self.tr("Redo"),
            "propose": self.tr("Propose a region"),
            "accept": self.tr("Accept the region"),
            "refuse": self.tr("Refuse: organ not assessed"),
            "new_region": self.tr("New region"),
            "next_region": self.tr("Next region"),
            "copy_region": self.tr("Copy the region"),
            "paste_region": self.tr("Paste the region"),
            "delete_region": self.tr("Delete the region"),
            "edit": self.tr("Select, move and edit"),
            "draw": self.tr("Polygon"),
            "freehand": self.tr("Freehand"),
            "ellipse": self.tr("Ellipse"),
            "rectangle": self.tr("Rectangle"),
            "circle": self.tr("Circle of given area"),
            "brush": self.tr("Brush"),
            "eraser": self.tr("Eraser"),
            "hole": self.tr("Hole (next shape)"),
            "brush_smaller": self.tr("Smaller brush"),
            "brush_larger": self.tr("Larger brush"),
            "follow_echo": self.tr("Move the region on this echo only"),
            "follow_on": self.tr("Move the region from this echo on"),
            "stay": self.tr("Region in the same place on every echo"),
            "smooth": self.tr("Smooth the outline"),
            "grow": self.tr("Grow by one pixel"),
            "shrink": self.tr("Shrink by one pixel"),
            "copy_previous": self.tr("Copy to the previous slice"),
            "copy_next": self.tr("Copy to the next slice"),
            "next": self.tr("Accept all and open the next examination"),
            "toggle_echo": self.tr("Drop or restore the echo shown"),
            "reset_echoes": self.tr("Automatic echoes"),
            "leave_out": self.tr("Leave out excluded pixels"),
            "method": self.tr("Calibration and grades..."),
            "clinical": self.tr("Clinical data..."),
            "add_prior": self.tr("Add an earlier examination..."),
            "impression": self.tr("Word the impression"),
            "copy_text": self.tr("Copy findings and impression as text"),
            "heart": self.tr("Heart"),
            "liver": self.tr("Liver"),
            "both": self.tr("Heart and liver side by side"),
            "spleen": self.tr("Spleen"),
            "pancreas": self.tr("Pancreas"),
            "compare": self.tr("Compare examinations or breath-holds"),
            "link": self.tr("Compared images follow each other"),
            "take_series": self.tr("Use the compared breath-hold"),
            "map": self.tr("Map over the image"),
            "map_next": self.tr("Next map: T2*, R2*, R²"),
            "excluded": self.tr("Mark excluded pixels"),
            "residuals": self.tr("Residuals of the fit"),
            "segments": self.tr("Segments of the left ventricle"),
            "panel_examinations": self.tr("Panel: examinations"),
            "panel_regions": self.tr("Panel: regions"),
            "panel_tools": self.tr("Panel: drawing tools"),
            "panel_curve": self.tr("Panel: decay curve"),
            "panel_results": self.tr("Panel: results"),
            "panel_impression": self.tr("Panel: impression"),
            "second_screen": self.tr("Images in a window of their own"),
            "reset_layout": self.tr("Panels as they were at first"),
            "light": self.tr("Light theme"),
            "history": self.tr("History of the organ"),
            "echo_previous": self.tr("Previous echo"),
            "echo_next": self.tr("Next echo"),
            "slice_previous": self.tr("Previous slice"),
            "slice_next": self.tr("Next slice"),
            "cine": self.tr("Run through the echoes, or stop"),
            "window_auto": self.tr("Automatic window"),
            "window_shown": self.tr("Window of the echo shown"),
            "window_last": self.tr("Window of the last echo"),
            "window_narrow": self.tr("Narrow window: half the width"),
            "window_wide": self.tr("Wide window: twice the width"),
            "window_middle": self.tr("Window of the middle 90 % of the pixels"),
            "window_full": self.tr("Window of all pixels"),
            "home": self.tr("Zoom to the organ"),
            "whole": self.tr("Whole image"),
            **{row.code: row.name for row in LANGUAGES.values()},
            "keys": self.tr("Keys and mouse"),
            "palette": self.tr("Find a command..."),
            "tour": self.tr("Tour of the window"),
            "diagnostics": self.tr("Copy diagnostic information..."),
            "log_folder": self.tr("Open log folder"),
            "about": self.tr("About IronQuant"),
        }
