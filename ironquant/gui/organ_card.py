"""The result of one organ: numbers, grade band, region, findings, accept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import (
    SEVERITY_RANK,
    Finding,
    Organ,
    OrganAnalysis,
    OrganResult,
    ProposalUse,
    RegionAnalysis,
)
from ironquant.export.numbers import (
    MISSING,
    UNITS,
    format_graded,
    format_interval,
    format_number,
    format_r_squared,
    format_value,
)
from ironquant.export.wording import grade_remark, grade_word, iron_remark, organ_title, say
from ironquant.gui import language, style
from ironquant.gui.band import BandView
from ironquant.gui.pieces import label, named
from ironquant.gui.session import PAIR, measured_region
from ironquant.gui.showlist import to_show
from ironquant.gui.slice_table import SliceTable
from ironquant.resources import message, term

_ICON = 16
_NO_BREAK = "\N{NO-BREAK SPACE}"
_IRON_UNIT = UNITS["iron_mg_per_g"]


class OrganCard(QFrame):
    """Shows one organ's result in words and numbers.

    Signals
    -------
    accept_wanted, method_wanted, activated : Organ
        `method_wanted`: the menu of calibrations and schemes.
    show_wanted : Organ, Finding
        What a finding is about is to be shown.
    leave_out_wanted : Organ, bool
        Whether the excluded pixels are to be left out of the mean signal.
    """

    accept_wanted = Signal(object)
    leave_out_wanted = Signal(object, bool)
    method_wanted = Signal(object)
    show_wanted = Signal(object, object)
    activated = Signal(object)

    def __init__(self, organ: Organ, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.organ = organ
        self.title = label("cardTitle")
        self.title.setMinimumWidth(1)
        self.accept_button, self.method_button = QPushButton(), QToolButton()
        style.set_icon(self.method_button, "method")
        self.number, self.unit = label("number"), label("unit")
        self.repeatability = label("dim")
        self.bound_note = label("dim", wrap=True)
        self.reason = label("reason", wrap=True)
        names = ("r2star", "iron", "fit", "other")
        self.quantities = {name: (label("quantity"), QLabel()) for name in names}
        self.grade, self.grade_note = label("grade"), label("dim", wrap=True)
        self.band = BandView()
        self.region_words = label("dim", wrap=True)
        self.leave_out_box, self.slices = QCheckBox(), SliceTable(organ)
        self.findings = FindingList()
        self._numbers = QWidget()
        self._lay_out()
        self.accept_button.clicked.connect(lambda: self.accept_wanted.emit(self.organ))
        self.method_button.clicked.connect(lambda: self.method_wanted.emit(self.organ))
        self.findings.show_wanted.connect(partial(self.show_wanted.emit, self.organ))
        self.leave_out_box.clicked.connect(lambda on: self.leave_out_wanted.emit(self.organ, on))

    def show_organ(self, analysis: OrganAnalysis | None, accepted: bool, excludes: bool = False) -> None:
        """Show an organ, measured or not; None: no examination.

        Parameters
        ----------
        excludes : bool
            Whether excluded pixels are to be left out of the mean signal.
        """
        lang = language.current()
        result = analysis.result if analysis else None
        name = term(str(self.organ), lang)
        title = organ_title(analysis, lang) if analysis else name[:1].upper() + name[1:]
        self.title.setText(title)
        self.title.setToolTip(title)
        self._show_accept(analysis, accepted)
        self._numbers.setVisible(result is not None)
        self.reason.setVisible(analysis is not None and result is None)
        self.region_words.setVisible(analysis is not None and bool(analysis.regions))
        self.band.show_result(result)
        self.grade_note.setVisible(False)
        if analysis is None:
            self.findings.show_findings(())
            self._show_leave_out(None, excludes)
            return
        if result is None:
            words = say("not_assessable", lang)
            missing = "" if analysis.findings else "\n" + self.tr("No region yet.")
            self.reason.setText(f"{words[:1].upper()}{words[1:]}{missing}")
        else:
            self._show_numbers(analysis, result, lang)
        region = measured_region(analysis)
        if region is not None:
            self.region_words.setText(self._describe(region, analysis.proposal, lang))
        self._show_leave_out(region, excludes)
        self.findings.show_findings(analysis.findings)

    def set_active(self, active: bool) -> None:
        """Frame the card of the organ that the keys act on."""
        if self.property("active") != active:
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make this organ the active one."""
        self.activated.emit(self.organ)
        super().mousePressEvent(event)

    # --- inside ----------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.method_button)
        head.addWidget(self.accept_button)
        numbers = QVBoxLayout(self._numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setSpacing(3)
        big = QHBoxLayout()
        big.setSpacing(6)
        star = label("unit", "T2*")
        for part in (star, self.number, self.unit, self.repeatability):
            big.addWidget(part, 0, Qt.AlignmentFlag.AlignBaseline)
        big.addStretch(1)
        big.addWidget(self.grade, 0, Qt.AlignmentFlag.AlignBaseline)
        numbers.addLayout(big)
        numbers.addWidget(self.bound_note)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self.quantities.values()):
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        numbers.addLayout(grid)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (
            self.reason, self._numbers, self.band, self.grade_note, self.slices, self.region_words,
            self.leave_out_box, self.findings,
        ):  # fmt: skip
            column.addWidget(widget)

    def _show_accept(self, analysis: OrganAnalysis | None, accepted: bool) -> None:
        possible = analysis is not None and bool(analysis.regions)
        self.method_button.setVisible(self.organ in PAIR and analysis is not None)
        self.method_button.setToolTip(self.tr("Calibration and grades (Ctrl+M)"))
        self.method_button.setAccessibleName(self.tr("Calibration and grades (Ctrl+M)"))
        self.accept_button.setVisible(possible)
        self.accept_button.setEnabled(possible and not accepted)
        self.accept_button.setObjectName("accepted" if accepted else "")
        self.accept_button.style().unpolish(self.accept_button)
        self.accept_button.style().polish(self.accept_button)
        self.accept_button.setText(("✓ " + self.tr("Accepted")) if accepted else self.tr("Accept"))
        style.set_icon(self.accept_button, "" if accepted else "accept")
        self.accept_button.setToolTip(self.tr("Take this region as read (A)"))

    def _show_numbers(self, analysis: OrganAnalysis, result: OrganResult, lang: str) -> None:
        heart = self.organ == Organ.HEART
        self.number.setText(format_graded(result, "t2star_ms", lang))
        self.unit.setText("ms")
        percent = result.repeatability_percent
        repeatability = "" if percent is None else f"± {percent:g} %"
        published = "" if percent is None else say("repeatability", lang, percent=f"{percent:g}")
        bound = result.t2star_ms.bound != "none"
        self.repeatability.setText(repeatability if heart and not bound else "")
        self.repeatability.setToolTip(published)
        self.quantities["iron"][1].setToolTip("" if heart else published)
        self.bound_note.setText(say("bound_note", lang))
        self.bound_note.setVisible(bound)
        rate = format_value(result.r2star_per_s, "r2star_per_s", lang)
        self._set("r2star", "R2*", f"{rate} {UNITS['r2star_per_s']}")
        remark = iron_remark(analysis, result, lang) or ("" if heart else repeatability)
        iron = format_graded(result, "iron_mg_per_g", lang)
        shown = iron if result.iron is None else f"{iron} {_IRON_UNIT}"
        self._set("iron", "MIC" if heart else "LIC", f"{shown}   {remark}".rstrip())
        graded = self.organ in PAIR  # of other organs T2* alone is told
        for part in (*self.quantities["iron"], self.grade):
            part.setVisible(graded)
        interval = result.t2star_ms.ci95
        precision = tip = ""
        if interval is not None:
            shown = format_interval(interval, "t2star_ms", lang)
            precision = self.tr("95 % CI {interval} ms").format(interval=shown)
            tip = say("precision_interval", lang, interval=shown)
        self.quantities["fit"][1].setToolTip(tip)
        self._set("fit", "R²", f"{format_r_squared(result.r_squared)}   {precision}".rstrip())
        self._show_other(analysis.reported, result, lang)
        self.grade.setText(grade_word(result, lang).capitalize())
        self.grade_note.setText(grade_remark(result, lang))
        self.grade_note.setVisible(bool(self.grade_note.text()))

    def _show_leave_out(self, region: RegionAnalysis | None, excludes: bool) -> None:
        """Offer to leave excluded pixels out, where there are any; the offer stays while dragging."""
        if region is not None and region.live and region.exclusion is None:
            return
        n_excluded = 0 if region is None or region.exclusion is None else region.pixels.n_excluded
        self.leave_out_box.setVisible(region is not None and (n_excluded > 0 or excludes))
        self.leave_out_box.setChecked(excludes)
        self.leave_out_box.setText(self.tr("Leave out {n} excluded pixels").format(n=n_excluded))
        self.leave_out_box.setToolTip(
            self.tr("Pixels without a fit, badly fitted or outlying: not in the mean signal (O)")
        )

    def _show_other(self, region: RegionAnalysis | None, result: OrganResult, lang: str) -> None:
        """Show what is not reported beside it: median of the pixels, or fit of the mean signal."""
        if region is None or (region.live and region.pixels.t2star_ms_median is None):
            return  # being dragged: the last words stay, so that nothing jumps
        pixels = region.pixels
        excluded = self.tr("{n}/{total} excluded").format(n=pixels.n_excluded, total=region.n_pixels)
        if not region.curve.te_ms:  # read from a map of the scanner: there is no mean signal
            self._set("other", self.tr("Pixels"), excluded)
        elif result.method == "pixel-median":
            fitted = region.model(result.model)
            mean = MISSING if fitted is None else format_value(fitted.t2star_ms, "t2star_ms", lang)
            self._set("other", self.tr("Mean signal"), f"{mean} ms   {excluded}")
        else:
            median = MISSING
            if pixels.t2star_ms_median is not None:
                median = format_number(pixels.t2star_ms_median, "t2star_ms", lang)
            self._set("other", self.tr("Pixel median"), f"{median} ms   {excluded}")
        self.quantities["other"][1].setToolTip(self.tr("Excluded pixels: without a value, or outliers"))
        reported = say(f"method_{result.method}", lang)
        self.number.setToolTip(self.tr("Reported: {method}").format(method=reported))

    def _set(self, key: str, name: str, words: str) -> None:
        self.quantities[key][0].setText(name)
        self.quantities[key][1].setText(words)

    def _describe(self, region: RegionAnalysis, use: ProposalUse | None, lang: str) -> str:
        words = [
            term(region.region.source, lang),
            self.tr("{area} mm², {pixels} pixels").format(
                area=f"{region.area_mm2:.0f}", pixels=region.n_pixels
            ),
        ]
        if region.region.confidence is not None:
            words.insert(1, self.tr("confidence {value}").format(value=f"{region.region.confidence:.2f}"))
        if use is not None and use.dice is not None and use.dice < 1.0:
            words.append(self.tr("Dice {value} with the proposal").format(value=f"{use.dice:.2f}"))
            if use.difference_percent is not None:
                words.append(self.tr("T2* {percent} %").format(percent=f"{use.difference_percent:+.1f}"))
        unbroken = (part.replace(" ", _NO_BREAK) for part in words)  # a number stays with its unit
        return self.tr("Region: {words}").format(words=self.tr(", ").join(unbroken))


class FindingList(QWidget):
    """Findings in words, the gravest first, each with the sign of its severity.

    Signals
    -------
    show_wanted : Finding
    """

    show_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 4, 0, 0)
        self._rows.setSpacing(5)
        self._shown: tuple[Finding, ...] | None = None
        self._lang = ""

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Replace the rows, where there is something new to say."""
        ordered = tuple(sorted(findings, key=lambda finding: -SEVERITY_RANK[finding.severity]))
        lang = language.current()
        if ordered == self._shown and lang == self._lang:
            return
        self._shown, self._lang = ordered, lang
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for finding in ordered:
            self._rows.addWidget(self._row(finding, lang))
        self.setVisible(bool(ordered))

    def _row(self, finding: Finding, lang: str) -> QWidget:
        """Return a finding as a row, with a button where there is something to show."""
        row = finding_row(finding, lang)
        layout = row.layout()
        if layout is not None and finding.where in {str(organ) for organ in Organ} and to_show(finding):
            button = named(QToolButton(), "showFinding")
            style.set_icon(button, "show")
            button.setToolTip(self.tr("Show"))
            button.setAccessibleName(self.tr("Show"))
            button.clicked.connect(lambda: self.show_wanted.emit(finding))
            layout.addWidget(button)
            layout.setAlignment(button, Qt.AlignmentFlag.AlignTop)
        return row

    def words(self) -> list[str]:
        """Return what the rows say."""
        labels = self.findChildren(QLabel, "findingWords")
        return [words.text() for words in labels]


def finding_row(finding: Finding, lang: str) -> QWidget:
    """Return a finding as a row: icon of its severity, words."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(7)
    icon = QLabel()
    style.set_picture(icon, finding.severity, finding.severity, _ICON)
    words = label("findingWords", message(finding.code, finding.params, lang), wrap=True)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(words, 1)
    return row
