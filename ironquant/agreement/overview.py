"""The first pages of ``agreement.pdf``: what was compared, matched, found, remarked, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ironquant.agreement.comparison import Comparison, PairComparison
from ironquant.agreement.flow import CONTENT, MARGIN, TOP, Flow
from ironquant.agreement.matching import Unmatched
from ironquant.agreement.summary import SUMMARY_COLUMNS, summary_rows
from ironquant.agreement.words import group_rows, letter, say
from ironquant.core import SEVERITY_RANK
from ironquant.export.page import ACCENT, RULE, SHADE, wrap
from ironquant.resources import message, term

BODY: Final = 8.5
LINE_HEIGHT: Final = 11.5
SMALL: Final = 8.0
_MARKS: Final = {"error": "■", "warning": "▲", "info": "●"}
_MOST_FINDINGS: Final = 60
_PAIR_COLUMNS: Final = (0.09, 0.10, 0.36, 0.45)
_SUMMARY_COLUMNS: Final = (0.055, 0.06, 0.115, 0.075, 0.165, 0.11, 0.105, 0.145, 0.125, 0.045)
_GROUP: Final = ("row_n", "row_within_sd", "row_repeatability", "row_cov_rms", "row_cov_log", "row_icc")
_GROUP_COLUMNS: Final = (0.22, 0.06, 0.16, 0.17, 0.13, 0.13, 0.13)


def draw_overview(flow: Flow, comparison: Comparison, lang: str) -> None:
    """Draw everything that is not about one organ of one pair of sources."""
    page = flow.page
    page.text(MARGIN, TOP, page.title, 16, CONTENT, bold=True, colour=ACCENT)
    page.rule(MARGIN, TOP + 24, MARGIN + CONTENT, TOP + 24, colour=ACCENT, width=1.2)
    flow.y = TOP + 24
    _heading(flow, say("sources", lang))
    for index, source in enumerate(comparison.sources):
        kind = say("source_table" if source.is_table else "source_results", lang)
        words = say("source_line", lang, name=source.name, kind=kind, n=len(source.records))
        flow.need(LINE_HEIGHT)
        page.text(MARGIN + 4, flow.y, letter(index), BODY, 18, bold=True)
        page.text(MARGIN + 22, flow.y, words, BODY, CONTENT - 24)
        flow.y += LINE_HEIGHT
    _matching(flow, comparison, lang)
    _summary(flow, comparison, lang)
    if comparison.group:
        _group(flow, comparison, lang)
    _findings(flow, comparison, lang)
    _heading(flow, say("method", lang), 60)
    method = say("method_words", lang, first=letter(0), second=letter(1))
    if len(comparison.sources) > 2:
        method = method.replace(f"{letter(0)} − {letter(1)}", say("method_letters", lang))
    _lines(flow, wrap(method, CONTENT - 8, SMALL))


def _heading(flow: Flow, title: str, below: float = 30.0) -> None:
    """Draw the heading of a part, on a new page where less than `below` points would follow it."""
    flow.need(25 + below)
    y = flow.y + 8
    flow.page.text(MARGIN, y, title, 10, CONTENT, bold=True, colour=ACCENT)
    flow.page.rule(MARGIN, y + 13, MARGIN + CONTENT, y + 13, colour=RULE)
    flow.y = y + 17


def _lines(flow: Flow, lines: Sequence[str]) -> None:
    for line in lines:
        flow.need(SMALL * 1.32)
        flow.y = flow.page.lines(MARGIN + 4, flow.y, [line], SMALL, CONTENT - 8)


def _matching(flow: Flow, comparison: Comparison, lang: str) -> None:
    """Draw how many examinations were matched, by what, and what was left over."""
    _heading(flow, say("matching", lang), 60)
    titles = ("matching_pair", "matching_matched", "matching_by", "matching_only")
    _row(flow, [[say(key, lang)] for key in titles], head=True)
    for pair in comparison.pairs:
        by = Counter(match.by for match in pair.matching.matches)
        cells = [
            [f"{letter(pair.first)}, {letter(pair.second)}"],
            [str(len(pair.matching.matches))],
            [say(f"by_{key}", lang, n=n) for key, n in by.items()] or ["–"],
            _left_over(pair, lang) or ["–"],
        ]
        _row(flow, cells)


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


def _row(flow: Flow, cells: list[list[str]], *, head: bool = False) -> None:
    """Draw one row of the table of examinations; a cell has a line or several."""
    height = max(map(len, cells)) * LINE_HEIGHT + 3
    flow.need(height)
    x = MARGIN
    for lines, share in zip(cells, _PAIR_COLUMNS, strict=True):
        width = CONTENT * share
        flow.page.box(x, flow.y, width, height, fill=SHADE if head else None, stroke=RULE)
        for number, line in enumerate(lines):
            at = flow.y + 2.5 + number * LINE_HEIGHT
            flow.page.text(x + 4, at, line, SMALL, width - 8, bold=head)
        x += width
    flow.y += height


def _summary(flow: Flow, comparison: Comparison, lang: str) -> None:
    """Draw the statistics of every pair of sources in a row each."""
    _heading(flow, say("summary", lang), 60)
    _line(flow, [say(key, lang) for key in SUMMARY_COLUMNS], _SUMMARY_COLUMNS, head=True)
    for number, row in enumerate(summary_rows(comparison, lang)):
        begins = bool(row[0])
        flow.need(LINE_HEIGHT * (len(comparison.quantities) if begins else 1))
        if begins and number and flow.y > TOP:
            flow.page.rule(MARGIN, flow.y, MARGIN + CONTENT, flow.y, colour=RULE)
        _line(flow, row, _SUMMARY_COLUMNS)


def _group(flow: Flow, comparison: Comparison, lang: str) -> None:
    """Draw the scatter of the readings of all sources together."""
    _heading(flow, say("group", lang), 60)
    _line(flow, ["", *(say(f"group_{key}", lang) for key in _GROUP)], _GROUP_COLUMNS, head=True)
    for entry in comparison.group:
        name = f"{term(str(entry.organ), lang)} {say(f'quantity_{entry.quantity}', lang)}"
        found = group_rows(entry.variation, entry.icc, entry.n, entry.quantity)
        _line(flow, [name, *(found[key] for key in _GROUP)], _GROUP_COLUMNS)


def _line(flow: Flow, cells: Sequence[str], shares: Sequence[float], *, head: bool = False) -> None:
    """Draw one line of a table without frames."""
    flow.need(LINE_HEIGHT)
    if head:
        flow.page.box(MARGIN, flow.y, CONTENT, LINE_HEIGHT, fill=SHADE)
    x = MARGIN + 2
    for cell, share in zip(cells, shares, strict=True):
        flow.page.text(x, flow.y + 1.5, cell, 7.2, CONTENT * share - 4, bold=head)
        x += CONTENT * share
    flow.y += LINE_HEIGHT


def _findings(flow: Flow, comparison: Comparison, lang: str) -> None:
    """Draw the remarks, the gravest first; those left out are counted."""
    _heading(flow, say("findings", lang))
    ordered = sorted(comparison.findings, key=lambda finding: -SEVERITY_RANK[finding.severity])
    for finding in ordered[:_MOST_FINDINGS]:
        words = f"{_MARKS[finding.severity]} {message(finding.code, finding.params, lang)}"
        _lines(flow, wrap(words, CONTENT - 8, SMALL))
    if len(ordered) > _MOST_FINDINGS:
        _lines(flow, [say("findings_more", lang, n=len(ordered) - _MOST_FINDINGS)])
    if not ordered:
        _lines(flow, [say("findings_none", lang)])
