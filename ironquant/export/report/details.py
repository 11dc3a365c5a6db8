"""For those who check: figures, technique, method, precision, other calibrations, findings, software."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import Final

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, Analysis, Finding, OrganAnalysis, OrganResult
from ironquant.export.methods import method_rows
from ironquant.export.numbers import MISSING
from ironquant.export.page import ACCENT, GREY, LINE, Page, wrap
from ironquant.export.report.figures import HEIGHTS, figures
from ironquant.export.report.layout import (
    GUTTER,
    MARGIN,
    Block,
    Chapter,
    Draw,
    heading,
    label_width,
    paragraphs,
    share_out,
    together,
)
from ironquant.export.speech import Speech
from ironquant.export.wording import field_words, finding_lines, organ_title, reason_words, say

_SIZE: Final = 7.8
_FINDING: Final = 8.2


def details_chapter(
    analysis: Analysis, extra: tuple[Finding, ...], speech: Speech, width: float, page_height: float
) -> Chapter:
    """Return the pages for those who check, with the largest figures that need no further page."""
    tried = [_chapter(analysis, extra, speech, width, height) for height in HEIGHTS]
    pages = [len(share_out([chapter], page_height, from_page_1=False)) for chapter in tried]
    return tried[pages.index(min(pages))]


def _chapter(
    analysis: Analysis, extra: tuple[Finding, ...], speech: Speech, width: float, height: float
) -> Chapter:
    blocks: list[Block] = []
    for entry in analysis.organs:
        blocks.append(_organ_title(entry, speech, width))
        if entry.result is None:
            columns = speech.each(partial(_unassessable, entry))
            blocks += paragraphs(columns, width, _FINDING, after=8.0)
        else:
            blocks.append(figures(entry, entry.result, speech, width, height))
            blocks += _method(entry, entry.result, speech, width)
    blocks += _quality(analysis, extra, speech, width)
    blocks += _technique(analysis, speech, width)
    return Chapter(speech.say("page_details", " / "), blocks)


def _unassessable(entry: OrganAnalysis, lang: str) -> str:
    return f"{say('not_assessable', lang)} – {reason_words(entry, lang)}"


def _organ_title(entry: OrganAnalysis, speech: Speech, width: float) -> Block:
    words = speech.both(lambda lang: organ_title(entry, lang), " / ")

    def draw(page: Page, y: float) -> None:
        page.box(MARGIN, y, width, 16, fill=ACCENT)
        page.text(MARGIN + 6, y + 2.6, words, 10, width - 12, bold=True, colour="#ffffff")

    return Block(16.0, draw, 5.0, sticky=True)


def _method(entry: OrganAnalysis, result: OrganResult, speech: Speech, width: float) -> list[Block]:
    return _rows(
        [method_rows(entry, result, lang, speech.iron_unit) for lang in speech.langs], width, after=9.0
    )


def _rows(tables: list[list[tuple[str, str]]], width: float, *, after: float) -> list[Block]:
    """Return rows of label and value, the same in each language; languages stand side by side.

    What is alike in all languages, such as a list of numbers, stands once over the whole width.
    """
    shared = len(tables)
    room = (width - GUTTER * (shared - 1)) / shared
    labels = [label_width([label for label, _ in rows], _SIZE, room * 0.36) for rows in tables]
    blocks = []
    for told in zip(*tables, strict=True):
        alike = shared > 1 and len({value for _, value in told}) == 1
        wides = labels
        if alike:
            joined = " ".join(dict.fromkeys(label for label, _ in told))
            told, wides = ((joined, told[0][1]),), [label_width([joined], _SIZE, width * 0.36)]
        column = width if alike else room
        cells = [
            (label, wrap(value, column - wide, _SIZE))
            for (label, value), wide in zip(told, wides, strict=True)
        ]
        height = max(len(lines) for _, lines in cells) * _SIZE * LINE + 2.0
        blocks.append(Block(height, _row(cells, wides, column, height)))
    blocks[-1] = Block(blocks[-1].height, blocks[-1].draw, after)
    return blocks


def _row(cells: list[tuple[str, list[str]]], labels: list[float], room: float, height: float) -> Draw:
    def draw(page: Page, y: float) -> None:
        x = MARGIN
        for (label, lines), wide in zip(cells, labels, strict=True):
            page.text(x, y + 0.5, label, _SIZE, wide - 4, colour=GREY, smallest=0.6)
            page.lines(x + wide, y + 0.5, lines, _SIZE, room - wide)
            page.rule(x, y + height - 0.4, x + room, y + height - 0.4, colour="#e3e8ee", width=0.4)
            x += room + GUTTER

    return draw


def _technique(analysis: Analysis, speech: Speech, width: float) -> list[Block]:
    study = analysis.study

    def rows(lang: str) -> list[tuple[str, str]]:
        scanner = " ".join(part for part in (study.manufacturer, study.model) if part)
        told = [
            ("scanner", say("text_join", lang).join(filter(None, (scanner, field_words(study, lang))))),
            ("institution", study.institution),
            ("software", f"{SOFTWARE_NAME} {SOFTWARE_VERSION} · {analysis.profile}"),
            ("fingerprint", f"SHA-256 {analysis.settings_sha256}"),
        ]
        return [(say(key, lang), value or MISSING) for key, value in told]

    title = heading(speech.say("technique_software"), "", width)
    return [title, *_rows([rows(lang) for lang in speech.langs], width, after=0.0)]


def _quality(analysis: Analysis, extra: tuple[Finding, ...], speech: Speech, width: float) -> list[Block]:
    told = [finding_lines(analysis, extra, lang) or [say("quality_none", lang)] for lang in speech.langs]
    blocks = [heading(speech.say("quality"), speech.say("quality_key", "  "), width)]
    for columns in zip_longest(*told, fillvalue=""):
        blocks += together(paragraphs(columns, width, _FINDING, after=2.0))
    blocks[-1] = Block(blocks[-1].height, blocks[-1].draw, 9.0)
    return blocks
