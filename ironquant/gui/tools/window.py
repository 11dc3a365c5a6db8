"""Joins actions, tools and list of regions: which key does what, and when it can."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ironquant.core import Organ
from ironquant.gui.actions import Actions
from ironquant.gui.centre import Centre
from ironquant.gui.regions import listed
from ironquant.gui.session import BY_HAND, Session
from ironquant.gui.tools.desk import RegionDesk
from ironquant.gui.tools.list import RegionList
from ironquant.gui.tools.options import BRUSHES, FOLLOW, SELECT, SHAPES, TOOLS
from ironquant.gui.tools.sketch import resized, softened


def connect_tools(actions: Actions, centre: Centre, desk: RegionDesk, regions: RegionList) -> None:
    """Let the actions of drawing and of regions act on the active organ."""
    mark = partial(mark_tool, actions, centre)
    slots: dict[str, Callable[[], object]] = {
        SELECT: partial(_toggle_editing, centre),
        **{tool: partial(_take, centre, tool) for tool in (*SHAPES, *BRUSHES, *FOLLOW)},
        "hole": lambda: centre.options.set_hole(actions["hole"].isChecked()),
        "brush_smaller": partial(centre.options.step_brush, -1),
        "brush_larger": partial(centre.options.step_brush, 1),
        "smooth": lambda: centre.panel.tool.apply(softened),
        "grow": lambda: centre.panel.tool.apply(partial(resized, pixels=1.0)),
        "shrink": lambda: centre.panel.tool.apply(partial(resized, pixels=-1.0)),
        "copy_previous": lambda: centre.panel.copy_region(-1),
        "copy_next": lambda: centre.panel.copy_region(1),
        "stay": lambda: desk.stay(centre.active),
        "new_region": lambda: desk.begin(centre.active),
        "next_region": lambda: desk.choose_next(centre.active),
        "copy_region": lambda: desk.copy(centre.active),
        "paste_region": lambda: desk.paste(centre.active),
        "delete_region": lambda: desk.delete(centre.active),
        "refuse": lambda: desk.refuse(centre.active),
    }
    for name, slot in slots.items():
        actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        actions[name].triggered.connect(mark)
    centre.options.changed.connect(mark)
    centre.active_changed.connect(lambda _: mark())
    regions.chosen.connect(lambda site: desk.choose(centre.active, site))
    regions.reported.connect(lambda site: desk.report(centre.active, site))
    regions.renamed.connect(lambda site, name: desk.rename(centre.active, site, name))
    regions.new_wanted.connect(lambda: desk.begin(centre.active))
    regions.delete_wanted.connect(lambda: desk.delete(centre.active))


def connect_hands(actions: Actions, centre: Centre, desk: RegionDesk) -> None:
    """Let the hands on the images tell which tool they hold, and which region they take."""
    mark = partial(mark_tool, actions, centre)
    for organ, panel in centre.panels.items():
        panel.tool.mode_changed.connect(mark)
        panel.tool.chosen.connect(partial(desk.choose, organ))
        panel.tool.erased.connect(partial(desk.delete, organ))
    mark()


def mark_tool(actions: Actions, centre: Centre, *_: object) -> None:
    """Show which tool is in the hand."""
    for tool in TOOLS:
        actions[tool].setChecked(tool == centre.panel.tool.tool)
    actions["hole"].setChecked(centre.options.hole)


_DRAWN = (
    *(*TOOLS, "hole", "brush_smaller", "brush_larger", "smooth", "grow", "shrink", "stay"),
    *("copy_previous", "copy_next", "new_region", "paste_region", "delete_region", "refuse", "toggle_echo"),
)
"""What acts on the image of the organ: nothing is drawn where it is not seen."""


def enable_tools(
    actions: Actions, session: Session, organ: Organ, desk: RegionDesk, *, comparing: bool = False
) -> None:
    """Allow what can be done with the regions of an organ."""
    entry = session.entry(organ)
    drawable, drawn = entry.series_key is not None, session.active_region(organ) is not None
    for name in (*TOOLS, "hole", "brush_smaller", "brush_larger"):
        actions[name].setEnabled(drawable)
    for name in ("smooth", "grow", "shrink", "copy_previous", "copy_next", "copy_region"):
        actions[name].setEnabled(drawn)
    region, series = session.active_region(organ), session.echo_series(organ)
    for name in FOLLOW:
        actions[name].setEnabled(region is not None and series is not None)
    actions["stay"].setEnabled(region is not None and bool(region.echo_shifts))
    actions["delete_region"].setEnabled(drawn or organ in session.begun)
    actions["new_region"].setEnabled(drawable and bool(listed(entry)))
    actions["next_region"].setEnabled(len(listed(entry)) > 1)
    actions["paste_region"].setEnabled(drawable and desk.holds_copy)
    actions["refuse"].setEnabled(bool(entry.regions))
    if organ in BY_HAND:
        actions["propose"].setEnabled(False)
    actions["take_series"].setEnabled(comparing)
    for name in _DRAWN if comparing else ():
        actions[name].setEnabled(False)


def _take(centre: Centre, tool: str) -> None:
    centre.panel.tool.start(tool)


def _toggle_editing(centre: Centre) -> None:
    tool = centre.panel.tool
    if tool.editing or not tool.outlines():
        tool.stop()
    else:
        tool.start_editing()
