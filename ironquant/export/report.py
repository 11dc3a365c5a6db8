"""The report: one A4 page that a hospital can sign.

`compose` plans the height of every part before it draws: fixed parts first, then the findings, then
the figures take what is left. Nothing runs over: text shrinks, then is cut, and what is left out is
counted and stands in ``analysis.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    Analysis,
    Finding,
    OrganAnalysis,
    Settings,
    write_bytes_atomic,
)
from ironquant.export import fonts
from ironquant.export.organ_row import (
    ROW_FIXED,
    ROW_UNMEASURED,
    draw_measured,
    draw_unmeasured,
    method_lines,
)
from ironquant.export.page import ACCENT, GREY, HEIGHT, INK, LINE, RULE, SHADE, WIDTH, Page, wrap
from ironquant.export.wording import (
    finding_lines,
    impression_words,
    patient_cells,
    say,
    scanner_words,
    sequence_words,
)
from ironquant.resources import LANGUAGES

MARGIN = 36.0
CONTENT = WIDTH - 2 * MARGIN
TOP = 28.0
BOTTOM = 24.0
GAP = 6.0
BODY = 8.5
SMALL = 7.5
TABLE_ROW = 15.0
HEADING = 13.0
SIGNATURES = 40.0
FOOTER = 24.0
FIGURE_RANGE = (84.0, 150.0)
FIGURE_LEAST = 48.0
"""Figures smaller than this show nothing; a page with so many organs goes without them."""
MAX_IMPRESSION_LINES = 7


@dataclass(frozen=True)
class _Plan:
    """Heights and lines decided before drawing."""

    findings: list[str]
    impression: list[str]
    impression_size: float
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
    lang : {"en", "zh"}
        Another language falls back to English.
    settings : Settings
        `Settings.hospital` gives the heading (keys ``name``, ``name_en`` or ``name_zh``,
        ``department``), all optional.

    Returns
    -------
    tuple of Finding
        What the report itself has to say (``glyph_missing``).

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    page, findings = compose(analysis, lang=lang, settings=settings)
    write_bytes_atomic(path, page.finish())
    return findings


def compose(analysis: Analysis, *, lang: str = "en", settings: Settings) -> tuple[Page, tuple[Finding, ...]]:
    """Lay the report out; return the page and the findings of the report itself."""
    language = lang if lang in LANGUAGES else "en"
    page = _draw(analysis, language, settings, ())
    missing = fonts.glyph_finding(page.texts)
    if missing is None:
        return page, ()
    return _draw(analysis, language, settings, (missing,)), (missing,)


def _draw(analysis: Analysis, lang: str, settings: Settings, extra: tuple[Finding, ...]) -> Page:
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
    y = page.lines(MARGIN + 4, y, plan.findings, BODY, CONTENT - 8) + GAP
    note = "" if analysis.impression else say("impression_auto", lang)
    y = _heading(page, y, say("impression", lang), note)
    page.lines(MARGIN + 4, y, plan.impression, plan.impression_size, CONTENT - 8)
    _signatures(page, HEIGHT - BOTTOM - FOOTER - SIGNATURES, analysis, lang)
    _footer(page, HEIGHT - BOTTOM - FOOTER, analysis, lang)
    return page


def _plan(analysis: Analysis, lang: str, extra: tuple[Finding, ...]) -> _Plan:
    """Share the page out between findings, impression and figures."""
    size, impression = _impression_lines(analysis, lang)
    room = HEIGHT - TOP - BOTTOM - FOOTER - SIGNATURES - GAP
    room -= _HEADER_HEIGHT + _examination_height(analysis) + GAP
    room -= 2 * (HEADING + 3 + GAP) + len(impression) * size * LINE
    measured = [entry for entry in analysis.organs if entry.result is not None]
    room -= (len(analysis.organs) - len(measured)) * (ROW_UNMEASURED + GAP)
    room -= sum(ROW_FIXED + GAP + _method_height(entry, lang) for entry in measured)
    lines = [
        piece
        for line in finding_lines(analysis, extra, lang) or [say("quality_none", lang)]
        for piece in _hang(wrap(line, CONTENT - 18, BODY))
    ]
    least = len(measured) * FIGURE_RANGE[0]
    n_lines = max(int((room - least) / (BODY * LINE)), 3)
    shown = _limited(lines, n_lines, lang)
    room -= len(shown) * BODY * LINE
    figure = min(room / len(measured), FIGURE_RANGE[1]) if measured else 0.0
    return _Plan(shown, impression, size, figure if figure >= FIGURE_LEAST else 0.0)


def _method_height(entry: OrganAnalysis, lang: str) -> float:
    return len(method_lines(entry, CONTENT, lang)) * SMALL * LINE


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


def _impression_lines(analysis: Analysis, lang: str) -> tuple[float, list[str]]:
    """Return size and lines of the impression: a long one shrinks, then is cut."""
    words = analysis.impression or impression_words(analysis, lang)
    size = 9.5
    lines = wrap(words, CONTENT - 8, size)
    while len(lines) > MAX_IMPRESSION_LINES and size > 7.5:
        size -= 0.5
        lines = wrap(words, CONTENT - 8, size)
    if len(lines) > MAX_IMPRESSION_LINES:
        lines = [*lines[: MAX_IMPRESSION_LINES - 1], lines[MAX_IMPRESSION_LINES - 1] + " …"]
    return size, lines


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


def _examination_height(analysis: Analysis) -> float:
    return TABLE_ROW * (3 + sum(entry.series is not None for entry in analysis.organs))


def _examination(page: Page, y: float, analysis: Analysis, lang: str) -> float:
    """Draw the table of patient and examination: two rows of four, scanner, one row per series."""
    cells = patient_cells(analysis, lang)
    # Name and ID are the long ones; sex and age, date and field the short ones.
    widths = (163.0, 104.0, 112.0, CONTENT - 379.0)
    for start in (0, 4):
        x = MARGIN
        for (label, content), width in zip(cells[start : start + 4], widths, strict=True):
            _cell(page, x, y, width, label, content)
            x += width
        y += TABLE_ROW
    wide = [(say("scanner", lang), scanner_words(analysis.study))]
    wide += [
        (say("sequence", lang), sequence_words(entry, lang)) for entry in analysis.organs if entry.series
    ]
    for label, content in wide:
        _cell(page, MARGIN, y, CONTENT, label, content)
        y += TABLE_ROW
    return y


def _cell(page: Page, x: float, y: float, width: float, label: str, content: str) -> None:
    label_width = 52.0
    page.box(x, y, label_width, TABLE_ROW, fill=SHADE)
    page.box(x, y, width, TABLE_ROW, stroke=RULE)
    page.text(x + 4, y + 2.6, label, BODY, label_width - 6, colour=GREY)
    page.text(x + label_width + 4, y + 2.6, content, BODY, width - label_width - 7, smallest=0.7)


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
