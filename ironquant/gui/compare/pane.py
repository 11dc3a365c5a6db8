"""One of the images that stand side by side, with its values."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ironquant.core import EchoSeries, Region
from ironquant.export.pictures import choose_view, picture_of
from ironquant.gui import language, style
from ironquant.gui.compare.linking import (
    Sight,
    matching_echo,
    matching_middle,
    matching_slice,
    matching_window,
    same_frame,
)
from ironquant.gui.compare.sources import Side
from ironquant.gui.compare.words import quality_words, value_words, worst_words
from ironquant.gui.image_view import ImageView
from ironquant.gui.moved import as_seen
from ironquant.gui.outline import Points, slice_contours
from ironquant.gui.overlay import CornerText
from ironquant.gui.pieces import named
from ironquant.gui.regions import listed
from ironquant.gui.tools.paint import OutlinePainter
from ironquant.resources import term

_ASPECT = 1.0


class OneLine(QLabel):
    """Words of one line: what is too long is cut with an ellipsis and stands in the tool tip."""

    def __init__(self, name: str) -> None:
        super().__init__()
        named(self, name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(1)
        self._words = ""

    @property
    def words(self) -> str:
        """All of them."""
        return self._words

    def set_words(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown or " ")


class Pane(QFrame):
    """Shows a side.

    Signals
    -------
    moved
        The reader chose another slice, echo, part or window of this image.
    activated
        The mouse or the keyboard is here.
    take_wanted
        The organ is to be measured on this breath-hold.
    """

    moved = Signal()
    activated = Signal()
    take_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "card")
        self.side: Side | None = None
        self._measured = False
        self.title, self.values = OneLine("cardTitle"), OneLine("")
        self.quality, self.worst = OneLine("dim"), OneLine("dim")
        self.take_button = QPushButton()
        self.view, self.home = ImageView(), QRectF(0, 0, 1, 1)
        self.corners, self._painter = CornerText(self.view), OutlinePainter(self.view)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        for widget in (self.values, self.quality, self.worst):
            column.addWidget(widget)
        box = self.view.box
        box.echo_stepped.connect(self.step_echo)
        box.slice_stepped.connect(self.step_slice)
        box.clicked.connect(lambda *_: self.activated.emit())
        box.double_clicked.connect(lambda *_: self.view.auto_window())
        self.view.focused.connect(self.activated)
        self.view.view_changed.connect(self._view_changed)
        self.take_button.clicked.connect(self.take_wanted)

    # --- what is shown ---------------------------------------------------------------------------
    def show_side(self, side: Side, title: str) -> None:
        """Show another side, or new numbers of the one that is shown; where it was, the view stays."""
        measured = side.analysis is not None and side.analysis.reported is not None
        series, before = self._picture(side), self.view.series
        other = before is None or series is None or not _same_images(before, series)
        self.side = side
        if series is None:
            self.view.clear_series()
        elif other or (measured and not self._measured):
            region = side.analysis.reported if side.analysis is not None else None
            shown = choose_view(series, region, side.entry.organ, _ASPECT)
            self.home = QRectF(shown.left, shown.top, shown.width, shown.height)
            self.view.show_series(series, self.home, shown.slice_index)
        self._measured = measured
        self.title.set_words(title)
        self.refresh()

    def refresh(self) -> None:
        """Show outlines and words anew."""
        side, lang = self.side, language.current()
        if side is None:
            return
        self._draw()
        analysis = side.analysis
        if self.view.series is None:
            waiting = self.tr("No image of this organ")
        else:
            measuring = side.pending or bool(side.entry.regions)
            waiting = self.tr("Measuring...") if measuring else self.tr("No region yet.")
        self.values.set_words(waiting if analysis is None else value_words(analysis, lang))
        self.quality.set_words("" if analysis is None else quality_words(analysis, lang))
        self.worst.set_words("" if analysis is None else worst_words(analysis, lang))
        self.take_button.setText("✓ " + self.tr("In use") if side.own else self.tr("Use"))
        self.take_button.setEnabled(not side.own)
        self.take_button.setToolTip(self.tr("Measure the organ on this breath-hold (Ctrl+Enter)"))
        organ = term(str(side.entry.organ), lang)
        self.setAccessibleName(f"{organ}, {self.title.words}")
        self.take_button.setAccessibleName(f"{self.take_button.text()}: {self.title.words}")
        image = self.tr("Image, {organ}").format(organ=f"{organ}, {self.title.words}")
        self.view.setAccessibleName(image)
        self.view.setAccessibleDescription(self.values.words)

    def set_active(self, active: bool) -> None:
        """Frame the image that keys act on."""
        self.setProperty("active", active)
        self.style().unpolish(self)
        self.style().polish(self)

    # --- moving ----------------------------------------------------------------------------------
    def step_echo(self, step: int) -> None:
        """Go to another echo."""
        if self.view.series is not None:
            self.go_to(self.view.slice_index, self.view.echo + step)
            self.moved.emit()

    def step_slice(self, step: int) -> None:
        """Go to another slice."""
        if self.view.series is not None:
            self.go_to(self.view.slice_index + step, self.view.echo)
            self.moved.emit()

    def go_to(self, slice_index: int, echo: int) -> None:
        """Show a slice and an echo (from 0); beyond the last one the last."""
        series = self.view.series
        if series is not None:
            place = min(max(slice_index, 0), series.shape[0] - 1)
            self.view.set_position(place, min(max(echo, 0), len(series.te_ms) - 1))
            self._draw()

    def follow(self, lead: Pane) -> None:
        """Show what another image shows: place, echo time, zoom and window."""
        one, own, side, other = lead.view.series, self.view.series, lead.side, self.side
        if one is None or own is None or side is None or other is None:
            return
        near = side.examination is other.examination
        by_place = same_frame(one, own, same_examination=near)
        sight, index = lead.sight(), lead.view.slice_index
        place = matching_slice(one, index, sight.middle, own, by_place=by_place)
        self.go_to(place, matching_echo(one.te_ms[lead.view.echo], own.te_ms))
        middle = matching_middle(one, index, sight, own, self._home_middle(), by_place=by_place)
        self._look(middle, sight.pixels_per_mm)
        window = lead.view.low, lead.view.high
        self.view.set_window(*matching_window(window, lead.view.own_window(), self.view.own_window()))

    def sight(self) -> Sight:
        """Return what part of the image is looked at."""
        seen = self.view.box.viewRect().center()
        return Sight((seen.x(), seen.y()), self._home_middle(), self.view.pixels_per_mm())

    # --- inside ----------------------------------------------------------------------------------
    def _home_middle(self) -> tuple[float, float]:
        return self.home.center().x(), self.home.center().y()

    def _look(self, middle: tuple[float, float], pixels_per_mm: float) -> None:
        series = self.view.series
        if series is None or not pixels_per_mm > 0:
            return
        _, row_mm, column_mm = series.spacing_mm
        width = self.view.width() / pixels_per_mm / column_mm
        height = self.view.height() / pixels_per_mm / row_mm
        part = QRectF(middle[0] - width / 2, middle[1] - height / 2, width, height)
        self.view.box.setRange(part, padding=0.0)

    def _picture(self, side: Side) -> EchoSeries | None:
        if side.series is None and side.analysis is not None and side.analysis.scanner_map is not None:
            return picture_of(side.analysis.scanner_map)
        return side.series

    def _draw(self) -> None:
        """Draw the outlines where they lie on this echo, and say which echo and slice it is."""
        series, side = self.view.series, self.side
        if series is None or side is None:
            self.corners.lines = ()
            self._painter.show_active([], style.shade("region"))
            self._painter.show_others([])
            return
        echo = self.view.echo
        regions = [as_seen(region, echo + 1) for region in listed(side.entry)]
        reported = [region for region in regions if region.reported]
        others = [
            (region, style.region_colour(number, region, False))
            for number, region in enumerate(regions)
            if not region.reported
        ]
        self._painter.show_active(self._outlines(reported, series), style.shade("region"))
        self._painter.show_others(others)
        time = self.tr("Echo {position}").format(position=f"{echo + 1}/{len(series.te_ms)}")
        place = f"{self.view.slice_index + 1}/{series.shape[0]}"
        self.corners.lines = (
            f"{time}   TE {series.te_ms[echo]:.2f} ms",
            self.tr("Slice {position}").format(position=place),
        )
        self.corners.update()

    def _outlines(self, regions: list[Region], series: EchoSeries) -> list[Points]:
        return [
            points for region in regions for points in slice_contours(region, series, self.view.slice_index)
        ]

    def _view_changed(self) -> None:
        self.corners.setGeometry(self.view.rect())
        self.moved.emit()


def _same_images(one: EchoSeries, other: EchoSeries) -> bool:
    """Whether it is the same series of the same examination; a picture of a map is made anew each time."""
    return one is other or (one.key == other.key and len(one.te_ms) == len(other.te_ms) == 1)
