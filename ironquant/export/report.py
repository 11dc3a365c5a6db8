"""The report: one A4 page that a hospital can sign.

`compose` plans the height of every part before it draws: fixed parts first, then the findings, then
the figures take what is left. Nothing runs over: text shrinks, then is cut, and what is left out is
counted and stands in ``analysis.json``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    Analysis,
    Finding,
    Settings,
    write_bytes_atomic,
)
from ironquant.export import fonts
from ironquant.export.document import to_json
from ironquant.export.impression import impression_words
from ironquant.export.organ_row import (
    draw_measured,
    draw_unmeasured,
    fixed_height,
)
from ironquant.export.page import ACCENT, GREY, HEIGHT, INK, LINE, RULE, SHADE, WIDTH, Page, wrap
from ironquant.export.sealing import seal
from ironquant.export.wording import examination_rows, finding_lines, say
from ironquant.resources import PDF, covering

MARGIN = 36.0
CONTENT = WIDTH - 2 * MARGIN
TOP = 28.0
BOTTOM = 24.0
GAP = 6.0
BODY = 8.5
SMALL = 7.5
FINDING_SIZE = 8.0
TABLE_ROW = 15.0
HEADING = 13.0
SIGNATURES = 40.0
FOOTER = 24.0
FIGURE_RANGE = (66.0, 135.0)
LEAST_FINDINGS = 3
FIGURE_LEAST = 48.0
"""Figures smaller than this show nothing; a page with so many organs goes without them."""
IMPRESSION_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5)
MAX_IMPRESSION_LINES = 9


@dataclass(frozen=True)
class _Plan:
    """Heights and lines decided before drawing."""

    findings: list[str]
    impression: list[str]
    impression_size: float
    impression_cut: bool
    figure_height: float


def write_report(
    analysis: Analysis, path: Path, *, lang: str = "en", settings: Settings
) -> tuple[Finding, ...]:
    """Write the report of one examination as a one-page PDF.

    Parameters
    ----------
    analysis : Analysis
    path : Path
        Written in one step.
    lang : str
        One of `resources.LANGUAGES`; one that cannot be printed falls back to English.
    settings : Settings
        `Settings.hospital` gives the heading (keys ``name``, ``name_en`` or ``name_zh``,
        ``department``), all optional.

    Returns
    -------
    tuple of Finding
        What the report itself has to say (``glyph_missing``, ``impression_shortened``).

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    page, findings = compose(analysis, lang=lang, settings=settings)
    complete = replace(analysis, findings=(*analysis.findings, *findings))
    write_bytes_atomic(path, seal(page.finish(), to_json(complete, lang)))
    return findings


def compose(analysis: Analysis, *, lang: str = "en", settings: Settings) -> tuple[Page, tuple[Finding, ...]]:
    """Lay the report out; return the page and the findings of the report itself."""
    language = covering(PDF, lang)
    page, plan = _draw(analysis, language, settings, ())
    findings = []
    if (missing := fonts.glyph_finding(page.texts)) is not None:
        findings.append(missing)
    if plan.impression_cut:
        findings.append(Finding("impression_shortened", "warning", where="report"))
    if findings:  # the report says so itself: once more, with these
        page, _ = _draw(analysis, language, settings, tuple(findings))
    return page, tuple(findings)


def _draw(
    analysis: Analysis, lang: str, settings: Settings, extra: tuple[Finding, ...]
) -> tuple[Page, _Plan]:
    page = Page(say("title", lang), lang)
    plan = _plan(analysis, lang, extra)
    y = _header(page, analysis, settings, lang)
    y = _examination(page, y, analysis, lang) + GAP
    for entry in analysis.organs:
        if entry.result is None:
            y = draw_unmeasured(page, MARGIN, y, CONTENT, entry, lang) + GAP
        else:
            y = draw_measured(page, MARGIN, y, CONTENT, entry, plan.figure_height, lang) + GAP
    y = _heading(page, y, say("quality", lang), say("quality_key", lang))
    y = page.lines(MARGIN + 4, y, plan.findings, FINDING_SIZE, CONTENT - 8) + GAP
    note = "" if analysis.impression else say("impression_auto", lang)
    y = _heading(page, y, say("impression", lang), note)
    page.lines(MARGIN + 4, y, plan.impression, plan.impression_size, CONTENT - 8)
    _signatures(page, HEIGHT - BOTTOM - FOOTER - SIGNATURES, analysis, lang)
    _footer(page, HEIGHT - BOTTOM - FOOTER, analysis, lang)
    return page, plan


def _plan(analysis: Analysis, lang: str, extra: tuple[Finding, ...]) -> _Plan:
    """Share the page out between findings, impression and figures."""
    size, impression, cut = _impression_lines(analysis, lang)
    lines = [
        piece
        for line in finding_lines(analysis, extra, lang) or [say("quality_none", lang)]
        for piece in _hang(wrap(line, CONTENT - 18, FINDING_SIZE))
    ]
    base = HEIGHT - TOP - BOTTOM - FOOTER - SIGNATURES - GAP - _HEADER_HEIGHT
    base -= TABLE_ROW * len(examination_rows(analysis, lang)) + GAP
    base -= 2 * (HEADING + 3 + GAP) + len(impression) * size * LINE
    n_measured = sum(entry.result is not None for entry in analysis.organs)
    for compact in (False, True):
        room = base - sum(fixed_height(entry, CONTENT, lang, compact) + GAP for entry in analysis.organs)
        least = 0.0 if compact else n_measured * FIGURE_RANGE[0]
        shown = _limited(lines, max(int((room - least) / (FINDING_SIZE * LINE)), LEAST_FINDINGS), lang)
        figure = (room - len(shown) * FINDING_SIZE * LINE) / max(n_measured, 1)
        if figure >= FIGURE_LEAST and not compact:
            return _Plan(shown, impression, size, cut, min(figure, FIGURE_RANGE[1]))
    return _Plan(shown, impression, size, cut, 0.0)


def _hang(lines: list[str]) -> list[str]:
    """Indent the continuation lines of one finding below its words."""
    return [lines[0], *(f"    {line}" for line in lines[1:])]


def _limited(lines: list[str], n_lines: int, lang: str) -> list[str]:
    """Return at most `n_lines` lines; the last one counts the findings that are left out."""
    if len(lines) <= n_lines:
        return lines
    starts = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    # A finding is shown whole or not at all.
    kept = max((start for start in starts if start <= n_lines - 1), default=0)
    left_out = sum(start >= kept for start in starts)
    return [*lines[:kept], say("quality_more", lang, n=left_out)]


def _impression_lines(analysis: Analysis, lang: str) -> tuple[float, list[str], bool]:
    """Return size and lines of the impression, and whether it had to be cut even at the least size."""
    words = analysis.impression or impression_words(analysis, lang)
    lines: list[str] = []
    for size in IMPRESSION_SIZES:
        lines = wrap(words, CONTENT - 8, size)
        if len(lines) <= MAX_IMPRESSION_LINES:
            return size, lines, False
    return IMPRESSION_SIZES[-1], [*lines[: MAX_IMPRESSION_LINES - 1], "[…]"], True


_HEADER_HEIGHT = 44.0


def _header(page: Page, analysis: Analysis, settings: Settings, lang: str) -> float:
    """Draw hospital, title and state of the report."""
    hospital = settings.hospital
    name = hospital.get(f"name_{lang}") or hospital.get("name") or analysis.study.institution
    department = hospital.get(f"department_{lang}") or hospital.get("department", "")
    line = "  ".join(part for part in (name, department) if part)
    page.text(MARGIN, TOP, line, 9.5, CONTENT - 130, colour=GREY)
    page.text(MARGIN, TOP + 14, page.title, 16, CONTENT - 130, bold=True, colour=ACCENT)
    left = MARGIN + CONTENT - 118
    page.box(left, TOP + 13, 118, 18, stroke=INK, line=0.8)
    page.text(left + 4, TOP + 16.5, say("not_reviewed", lang), 9, 110, bold=True, align="center")
    page.rule(MARGIN, TOP + 38, MARGIN + CONTENT, TOP + 38, colour=ACCENT, width=1.2)
    return TOP + _HEADER_HEIGHT


_TABLE_WIDTHS = {
    4: (0.47, 0.13, 0.17, 0.23),
    3: (0.40, 0.36, 0.24),
    2: (0.66, 0.34),
    1: (1.0,),
}
"""Shares of the width by the number of cells in a row; names and numbers of patients are the long ones."""


def _examination(page: Page, y: float, analysis: Analysis, lang: str) -> float:
    """Draw the table of patient and examination; return the y below it."""
    for row in examination_rows(analysis, lang):
        x = MARGIN
        for (label, content), share in zip(row, _TABLE_WIDTHS[len(row)], strict=True):
            _cell(page, x, y, CONTENT * share, label, content)
            x += CONTENT * share
        y += TABLE_ROW
    return y


def _cell(page: Page, x: float, y: float, width: float, label: str, content: str) -> None:
    first = x == MARGIN
    # The first column is aligned, the labels within a row are as wide as their words.
    label_width = 52.0 if first else fonts.text_width(label, BODY) + 8
    page.box(x, y, label_width, TABLE_ROW, fill=SHADE)
    page.box(x, y, width, TABLE_ROW, stroke=RULE)
    page.text(x + 4, y + 2.6, label, BODY, label_width - 6, colour=GREY)
    page.text(x + label_width + 4, y + 2.6, content, BODY, width - label_width - 7, smallest=0.65)


def _heading(page: Page, y: float, title: str, note: str) -> float:
    """Draw the heading of a full-width part; return the y below it."""
    page.text(MARGIN, y, title, 10, 200, bold=True, colour=ACCENT)
    if note:
        page.text(MARGIN + 205, y + 2, note, SMALL, CONTENT - 205, colour=GREY, align="right")
    page.rule(MARGIN, y + HEADING, MARGIN + CONTENT, y + HEADING, colour=RULE)
    return y + HEADING + 3


def _signatures(page: Page, y: float, analysis: Analysis, lang: str) -> None:
    """Draw the places where the reporting and the reviewing physician sign."""
    page.rule(MARGIN, y, MARGIN + CONTENT, y, colour=RULE)
    half = CONTENT / 2
    people = (("reporting_physician", analysis.reader), ("reviewing_physician", analysis.reviewer))
    for number, (key, person) in enumerate(people):
        x = MARGIN + number * half
        for row, (label, content) in enumerate(((say(key, lang), person), (say("signature_time", lang), ""))):
            top = y + 6 + row * 16
            page.text(x, top, label, 9, 92)
            if content:
                page.text(x + 98, top, content, 9, half - 118)
            page.rule(x + 96, top + 12, x + half - 16, top + 12, colour=GREY)


def _footer(page: Page, y: float, analysis: Analysis, lang: str) -> None:
    """Draw what the software is and is not, and where the settings can be found again."""
    page.rule(MARGIN, y, MARGIN + CONTENT, y, colour=ACCENT, width=0.8)
    page.text(MARGIN, y + 3, say("footer_use", lang), SMALL, CONTENT - 110, bold=True)
    page.text(MARGIN + CONTENT - 108, y + 3, say("footer_page", lang), SMALL, 108, align="right", colour=GREY)
    software = say(
        "footer_software",
        lang,
        name=SOFTWARE_NAME,
        version=SOFTWARE_VERSION,
        profile=analysis.profile,
        settings=analysis.settings_sha256[:12],
    )
    page.text(MARGIN, y + 13.5, software, SMALL, CONTENT, colour=GREY)
