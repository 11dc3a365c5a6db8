"""``agreement.pdf``: an overview, then a page per organ and pair of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from ironquant.agreement.comparison import Comparison, PairComparison
from ironquant.agreement.matching import Unmatched
from ironquant.agreement.organpage import draw_organ
from ironquant.agreement.summary import SUMMARY_COLUMNS, summary_rows
from ironquant.agreement.words import group_rows, letter, say
from ironquant.core import SEVERITY_RANK, SOFTWARE_NAME, SOFTWARE_VERSION, Finding, write_bytes_atomic
from ironquant.export import fonts
from ironquant.export.page import ACCENT, GREY, HEIGHT, RULE, SHADE, WIDTH, Page, wrap
from ironquant.resources import LANGUAGES, message, term, text

MARGIN: Final = 36.0
CONTENT: Final = WIDTH - 2 * MARGIN
TOP: Final = 30.0
BOTTOM: Final = HEIGHT - 24.0 - 24.0
"""Where the footer begins."""
BODY: Final = 8.5
LINE_HEIGHT: Final = 11.5
_MARKS: Final = {"error": "■", "warning": "▲", "info": "●"}
_MOST_FINDINGS: Final = 24
_KEPT: Final = 190.0
"""Room kept for what stands below the summary."""
SUMMARY_SHARES: Final = (0.055, 0.06, 0.115, 0.075, 0.165, 0.11, 0.105, 0.145, 0.125, 0.045)
_PAIR_COLUMNS: Final = (0.09, 0.10, 0.36, 0.45)


def write_agreement_report(comparison: Comparison, path: Path, *, lang: str = "en") -> tuple[Finding, ...]:
    """Write the report of a comparison.

    Parameters
    ----------
    comparison : Comparison
    path : Path
        Written in one step.
    lang : {"en", "zh"}
        Another language falls back to English.

    Returns
    -------
    tuple of Finding
        ``glyph_missing`` where a name has characters that the font lacks.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    page = compose(comparison, lang=lang if lang in LANGUAGES else "en")
    write_bytes_atomic(path, page.finish())
    missing = fonts.glyph_finding(page.texts)
    return () if missing is None else (missing,)


def compose(comparison: Comparison, *, lang: str = "en") -> Page:
    """Lay the report out: every page is planned before the first is drawn, so that pages are numbered."""
    page = Page(say("title", lang), lang)
    drawn: list[Callable[[], None]] = [partial(_overview, page, comparison, lang)]
    for pair in comparison.pairs:
        for organ in pair.organs:
            drawn.append(
                partial(draw_organ, page, (MARGIN, TOP, CONTENT, BOTTOM), pair, organ, comparison, lang)
            )
    for number, draw in enumerate(drawn, 1):
        if number > 1:
            page.turn()
        draw()
        _footer(page, number, len(drawn), lang)
    return page


def heading(page: Page, y: float, title: str) -> float:
    """Draw the heading of a part over the full width; return the y below it."""
    page.text(MARGIN, y, title, 10, CONTENT, bold=True, colour=ACCENT)
    page.rule(MARGIN, y + 13, MARGIN + CONTENT, y + 13, colour=RULE)
    return y + 17


def _overview(page: Page, comparison: Comparison, lang: str) -> None:
    page.text(MARGIN, TOP, page.title, 16, CONTENT, bold=True, colour=ACCENT)
    page.rule(MARGIN, TOP + 24, MARGIN + CONTENT, TOP + 24, colour=ACCENT, width=1.2)
    y = heading(page, TOP + 32, say("sources", lang))
    for index, source in enumerate(comparison.sources):
        kind = say("source_table" if source.is_table else "source_results", lang)
        words = say("source_line", lang, name=source.name, kind=kind, n=len(source.records))
        page.text(MARGIN + 4, y, letter(index), BODY, 18, bold=True)
        page.text(MARGIN + 22, y, words, BODY, CONTENT - 24)
        y += LINE_HEIGHT
    y = _matching(page, heading(page, y + 8, say("matching", lang)), comparison, lang)
    y = _summary(page, heading(page, y + 8, say("summary", lang)), comparison, lang)
    if comparison.group:
        y = _group(page, heading(page, y + 8, say("group", lang)), comparison, lang)
    method = say("method_words", lang, first=letter(0), second=letter(1))
    if len(comparison.sources) > 2:
        letters = say("method_letters", lang)
        method = method.replace(f"{letter(0)} − {letter(1)}", letters)
    lines = wrap(method, CONTENT - 8, 8)
    y = _findings(
        page, heading(page, y + 8, say("findings", lang)), comparison, lang, BOTTOM - len(lines) * 11 - 34
    )
    page.lines(MARGIN + 4, heading(page, y + 8, say("method", lang)), lines, 8, CONTENT - 8)


def _matching(page: Page, y: float, comparison: Comparison, lang: str) -> float:
    """Draw how many examinations were matched, by what, and what was left over."""
    titles = ("matching_pair", "matching_matched", "matching_by", "matching_only")
    y = _row(page, y, [[say(key, lang)] for key in titles], head=True)
    for pair in comparison.pairs:
        if y > BOTTOM - 200:
            break
        by = Counter(match.by for match in pair.matching.matches)
        cells = [
            [f"{letter(pair.first)}, {letter(pair.second)}"],
            [str(len(pair.matching.matches))],
            [say(f"by_{key}", lang, n=n) for key, n in by.items()] or ["–"],
            _left_over(pair, lang) or ["–"],
        ]
        y = _row(page, y, cells)
    return y


def _left_over(pair: PairComparison, lang: str) -> list[str]:
    sides: tuple[tuple[int, tuple[Unmatched, ...]], ...] = (
        (pair.first, pair.matching.first_only),
        (pair.second, pair.matching.second_only),
    )
    return [
        say(reason, lang, name=letter(index), n=n)
        for index, left in sides
        for reason, n in Counter(entry.reason for entry in left).items()
    ]


def _row(page: Page, y: float, cells: list[list[str]], *, head: bool = False) -> float:
    """Draw one row of the table of examinations; a cell has a line or several."""
    height = max(map(len, cells)) * LINE_HEIGHT + 3
    x = MARGIN
    for lines, share in zip(cells, _PAIR_COLUMNS, strict=True):
        width = CONTENT * share
        page.box(x, y, width, height, fill=SHADE if head else None, stroke=RULE)
        for number, line in enumerate(lines):
            page.text(x + 4, y + 2.5 + number * LINE_HEIGHT, line, 8, width - 8, bold=head)
        x += width
    return y + height


def _summary(page: Page, y: float, comparison: Comparison, lang: str) -> float:
    """Draw the statistics of every pair of sources in a row each, as far as there is room."""
    rows = list(summary_rows(comparison, lang))
    titles = tuple(say(key, lang) for key in SUMMARY_COLUMNS)
    y = _line(page, y, titles, SUMMARY_SHARES, head=True)
    for number, row in enumerate(rows):
        if y > BOTTOM - _KEPT:
            more = say("findings_more", lang, n=len(rows) - number)
            return page.lines(MARGIN + 2, y + 1, [more], 7.5, CONTENT)
        if row[0] and number:
            page.rule(MARGIN, y, MARGIN + CONTENT, y, colour=RULE)
        y = _line(page, y, row, SUMMARY_SHARES)
    return y


def _group(page: Page, y: float, comparison: Comparison, lang: str) -> float:
    """Draw the scatter of the readings of all sources together."""
    keys = ("row_n", "row_within_sd", "row_repeatability", "row_cov_rms", "row_cov_log", "row_icc")
    shares = (0.22, 0.06, 0.16, 0.17, 0.13, 0.13, 0.13)
    titles = ("", *(say(f"group_{key}", lang) for key in keys))
    y = _line(page, y, titles, shares, head=True)
    for entry in comparison.group:
        name = f"{term(str(entry.organ), lang)} {say(f'quantity_{entry.quantity}', lang)}"
        found = group_rows(entry.variation, entry.icc, entry.n, entry.quantity)
        y = _line(page, y, (name, *(found[key] for key in keys)), shares)
    return y


def _line(
    page: Page, y: float, cells: Sequence[str], shares: Sequence[float], *, head: bool = False
) -> float:
    """Draw one line of a table without frames; return the y below it."""
    if head:
        page.box(MARGIN, y, CONTENT, LINE_HEIGHT, fill=SHADE)
    x = MARGIN + 2
    for cell, share in zip(cells, shares, strict=True):
        page.text(x, y + 1.5, cell, 7.2, CONTENT * share - 4, bold=head)
        x += CONTENT * share
    return y + LINE_HEIGHT


def _findings(page: Page, y: float, comparison: Comparison, lang: str, lowest: float) -> float:
    """Draw the remarks, the gravest first, down to `lowest`; those left out are counted."""
    ordered = sorted(comparison.findings, key=lambda finding: -SEVERITY_RANK[finding.severity])
    for number, finding in enumerate(ordered):
        words = f"{_MARKS[finding.severity]} {message(finding.code, finding.params, lang)}"
        lines = wrap(words, CONTENT - 8, 8)
        if number >= _MOST_FINDINGS or y + (len(lines) + 1) * 10.6 > lowest:
            more = say("findings_more", lang, n=len(ordered) - number)
            return page.lines(MARGIN + 4, y, [more], 8, CONTENT - 8)
        y = page.lines(MARGIN + 4, y, lines, 8, CONTENT - 8)
    if not ordered:
        y = page.lines(MARGIN + 4, y, [say("findings_none", lang)], 8, CONTENT - 8)
    return y


def _footer(page: Page, number: int, pages: int, lang: str) -> None:
    """Draw what the software is and is not, on every page."""
    page.rule(MARGIN, BOTTOM, MARGIN + CONTENT, BOTTOM, colour=ACCENT, width=0.8)
    page.text(MARGIN, BOTTOM + 3, text("report", "footer_use", lang), 7.5, CONTENT - 110, bold=True)
    shown = say("footer_page", lang, page=number, pages=pages)
    page.text(MARGIN + CONTENT - 108, BOTTOM + 3, shown, 7.5, 108, align="right", colour=GREY)
    page.text(MARGIN, BOTTOM + 13.5, f"{SOFTWARE_NAME} {SOFTWARE_VERSION}", 7.5, CONTENT, colour=GREY)
