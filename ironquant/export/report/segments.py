"""The bull's-eye of the heart on a page of its own, with a table of the segments."""

from __future__ import annotations

from functools import partial
from typing import Final

from ironquant.core import N_SEGMENTS, SITE_PREFIX, Analysis
from ironquant.export.brushes import PageBrush
from ironquant.export.bullseye import WITHIN, Bullseye, bullseye, draw, segment_values
from ironquant.export.numbers import format_value
from ironquant.export.page import Page
from ironquant.export.report.layout import MARGIN, Block, Chapter, heading, paragraphs, table
from ironquant.export.speech import Speech
from ironquant.export.wording import capital, segmental_words
from ironquant.resources import term

_RADIUS: Final = 148.0


def segments_chapter(analysis: Analysis, speech: Speech, width: float) -> Chapter | None:
    """Return the segments of the left ventricle; None where none was measured."""
    blocks: list[Block] = []
    for entry in analysis.organs:
        shown = bullseye(entry, speech.langs[0])
        if shown is None or entry.segmental is None:
            continue
        blocks.append(
            heading(speech.say("segmental_title", " / "), speech.say("segments_view", " / "), width)
        )
        columns = speech.each(partial(segmental_words, entry.segmental))
        blocks += paragraphs(columns, width, 10.0, after=6.0)
        blocks.append(_drawing(shown, width))
        values = segment_values(entry)
        rows = [(speech.say("segment"), "T2* (ms)", "R2* (s⁻¹)")]
        for number in range(1, N_SEGMENTS + 1):
            value = values.get(number)
            name = speech.both(partial(_name, number), " / ")
            unsure = f" ({speech.say('segment_unsure', ' / ')})" if number in entry.segmental.unsure else ""
            rate = None if value is None else value.reciprocal(1000.0)
            rows.append(
                (
                    name + unsure,
                    "–" if value is None else format_value(value, "t2star_ms"),
                    "–" if rate is None else format_value(rate, "r2star_per_s"),
                )
            )
        blocks += table(rows, (0.6, 0.2, 0.2), width, 8.0)
    return Chapter(speech.say("page_segments", " / "), blocks) if blocks else None


def _name(number: int, lang: str) -> str:
    return capital(term(f"{SITE_PREFIX}{number}", lang))


def _drawing(shown: Bullseye, width: float) -> Block:
    height = 2.0 * WITHIN[1] * _RADIUS

    def paint(page: Page, y: float) -> None:
        centre = (MARGIN + width / 2, y + height / 2)
        draw(shown, PageBrush(page, 110.0), centre, _RADIUS, numbers=True, arteries=True)

    return Block(height, paint, 6.0)
