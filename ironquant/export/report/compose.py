"""From an analysis to the bytes of a PDF: chapters are made, shared out among pages, and drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

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
from ironquant.export.page import Page
from ironquant.export.pdfa import archivable
from ironquant.export.report.courses import trend_chapter
from ironquant.export.report.details import details_chapter
from ironquant.export.report.frame import behind, foot
from ironquant.export.report.front import front_chapter
from ironquant.export.report.layout import MARGIN, Chapter, share_out
from ironquant.export.report.places import code_place
from ironquant.export.report.segments import segments_chapter
from ironquant.export.sealing import seal
from ironquant.export.signing_block import Issue
from ironquant.export.speech import Speech
from ironquant.resources import PDF, covering, language, spoken, wording

SIZES: Final = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
"""Width and height of the paper in points."""


@dataclass(frozen=True)
class Report:
    """A report, and what it has to say about itself (``glyph_missing``)."""

    pdf: bytes
    findings: tuple[Finding, ...]


def render_report(
    analysis: Analysis, *, lang: str = "en", settings: Settings, issue: Issue | None = None
) -> Report:
    """Return the report of one examination; the same bytes for the same arguments.

    Parameters
    ----------
    analysis : Analysis
        With the reading's clinical data, impression and names of the physicians.
    lang : str
        One of `resources.LANGUAGES`, or two of them side by side (``zh+en``).
    settings : Settings
        `Settings.report` is the template, `Settings.hospital` gives the heading (``name``, ``department``,
        also with the code of a language: ``name_zh``).
    issue : Issue, optional
        State, signatures, amendment; a draft if not told.
    """
    page, findings = compose(analysis, lang=lang, settings=settings, issue=issue)
    pdf = archivable(
        page.finish(),
        title=page.title,
        lang=language(spoken(page.lang)[0]).tag,
        creator=f"{SOFTWARE_NAME} {SOFTWARE_VERSION}",
    )
    return Report(pdf, findings)


def write_report(
    analysis: Analysis, path: Path, *, lang: str = "en", settings: Settings, issue: Issue | None = None
) -> tuple[Finding, ...]:
    """Write the report with its numbers and their code in one step; parameters as of `render_report`.

    Returns
    -------
    tuple of Finding
        What the report itself has to say (``glyph_missing``).

    Raises
    ------
    OutputError
        If the file cannot be written, or the logo not be read.
    """
    report = render_report(analysis, lang=lang, settings=settings, issue=issue)
    complete = replace(analysis, findings=(*analysis.findings, *report.findings))
    state = "draft" if issue is None else issue.state
    place = code_place(*SIZES[settings.report.paper])
    write_bytes_atomic(path, seal(report.pdf, to_json(complete, lang), place, state=state))
    return report.findings


def compose(
    analysis: Analysis, *, lang: str = "en", settings: Settings, issue: Issue | None = None
) -> tuple[Page, tuple[Finding, ...]]:
    """Lay the report out; return the pages and the findings of the report itself."""
    speech = Speech(covering(PDF, lang), settings.report.iron_unit)
    issue = issue or Issue()
    with wording(settings.report.words):
        page = _draw(analysis, settings, issue, (), speech)
        missing = fonts.glyph_finding(page.texts)
        if missing is None:
            return page, ()
        # The report says so itself: once more, with this.
        return _draw(analysis, settings, issue, (missing,), speech), (missing,)


def _draw(
    analysis: Analysis, settings: Settings, issue: Issue, extra: tuple[Finding, ...], speech: Speech
) -> Page:
    size = SIZES[settings.report.paper]
    page = Page(speech.say("title", " / "), speech.lang, *size)
    sheets = share_out(_chapters(analysis, settings, issue, extra, speech, *size), size[1])
    for number, sheet in enumerate(sheets):
        if number:
            page.turn()
        if sheet.title:
            page.bookmark(sheet.title)
        behind(page, analysis, issue, speech)
        for block, y in sheet.placed:
            block.draw(page, y)
        foot(page, analysis, settings, issue, speech, len(sheets))
    return page


def _chapters(
    analysis: Analysis,
    settings: Settings,
    issue: Issue,
    extra: tuple[Finding, ...],
    speech: Speech,
    page_width: float,
    page_height: float,
) -> list[Chapter]:
    width = page_width - 2 * MARGIN
    chapters: list[Chapter | None] = [
        front_chapter(analysis, settings, issue, extra, speech, width, page_height)
    ]
    parts = settings.report.parts
    if "details" in parts:
        chapters.append(details_chapter(analysis, extra, speech, width, page_height))
    if "trend" in parts:
        chapters.append(trend_chapter(analysis, speech, width, page_height))
    if "segments" in parts:
        chapters.append(segments_chapter(analysis, speech, width))
    return [chapter for chapter in chapters if chapter is not None]
