"""Page 1: all that a clinician needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ironquant.core import Analysis, Finding, Settings
from ironquant.export import fonts
from ironquant.export.impression import impression_words
from ironquant.export.numbers import MISSING
from ironquant.export.page import GREY, INK, LINE, RULE, Page, wrap
from ironquant.export.report.cards import organ_card
from ironquant.export.report.frame import head, opaque, place_picture
from ironquant.export.report.layout import MARGIN, Block, Chapter, heading, paragraphs, share_out
from ironquant.export.report.patient import patient_table
from ironquant.export.report.places import SIGNATURE_HEIGHT, signature_frame
from ironquant.export.signing_block import Amendment, Issue, Role
from ironquant.export.speech import Speech
from ironquant.export.wording import SEVERITY_SIGNS, capital, finding_lines, say
from ironquant.resources import term, text

_DENSITIES: Final = ((10.5, True), (10.5, False), (9.5, False), (8.6, False), (7.8, False))
"""Size of the impression, and whether there is more white space; the first that fits a page is taken."""


def front_chapter(
    analysis: Analysis,
    settings: Settings,
    issue: Issue,
    extra: tuple[Finding, ...],
    speech: Speech,
    width: float,
    page_height: float,
) -> Chapter:
    """Return page 1, with as much air as it has; an endless impression flows over to a further page."""
    tried = [
        _chapter(analysis, settings, issue, extra, speech, width, size, roomy) for size, roomy in _DENSITIES
    ]
    fitting = (chapter for chapter in tried if len(share_out([chapter], page_height)) == 1)
    return next(fitting, tried[1])


def _chapter(
    analysis: Analysis,
    settings: Settings,
    issue: Issue,
    extra: tuple[Finding, ...],
    speech: Speech,
    width: float,
    size: float,
    roomy: bool,
) -> Chapter:
    blocks = [head(analysis, settings, issue, speech, width)]
    blocks.append(patient_table(analysis, settings.report.fields, speech, width, issue.reported))
    if issue.amendment is not None:
        blocks.append(_amendment(issue.amendment, speech, width))
    blocks += [organ_card(entry, speech, width, roomy=roomy) for entry in analysis.organs]
    blocks += _impression(analysis, issue, speech, width, size)
    blocks += _quality_line(analysis, settings, extra, speech, width)
    return Chapter(speech.say("result"), blocks, _signatures(analysis, issue, speech))


def _impression(analysis: Analysis, issue: Issue, speech: Speech, width: float, size: float) -> list[Block]:
    own = analysis.impression
    confirmed = own or issue.state in ("final", "amended")
    note = "" if confirmed else speech.say("impression_auto", " / ")
    title = heading(speech.say("impression"), note, width)
    columns = (own,) if own else speech.each(lambda lang: impression_words(analysis, lang, speech.iron_unit))
    return [title, *paragraphs(columns, width, size, after=6.0)]


def _quality_line(
    analysis: Analysis, settings: Settings, extra: tuple[Finding, ...], speech: Speech, width: float
) -> list[Block]:
    """Return how many findings call for attention; in full they stand on the pages for those who check."""
    told = finding_lines(analysis, extra, speech.langs[0])
    doubts = sum(not line.startswith(SEVERITY_SIGNS["info"]) for line in told)
    if "details" not in settings.report.parts:
        columns = speech.each(lambda lang: "\n".join(finding_lines(analysis, extra, lang)))
        return (
            [
                heading(speech.say("quality"), speech.say("quality_key", " / "), width),
                *paragraphs(columns, width, 8.0, after=6.0),
            ]
            if told
            else []
        )
    columns = speech.each(lambda lang: say("quality_counted" if doubts else "quality_good", lang, n=doubts))
    return paragraphs(columns, width, 8.0, after=6.0, colour=GREY)


def _amendment(amendment: Amendment, speech: Speech, width: float) -> Block:
    def words(lang: str) -> str:
        replaces = amendment.replaces or MISSING
        parts = [say("amended_heading", lang, version=amendment.version, replaces=replaces)]
        parts.append(say("amended_reason", lang, reason=amendment.reason))
        changes = [
            say(
                "amended_change",
                lang,
                organ=capital(term(change.organ, lang)),
                name=say(f"changed_{change.quantity}", lang),
                before=_told(change.quantity, change.before, lang),
                after=_told(change.quantity, change.after, lang),
            )
            for change in amendment.changes
        ]
        joined = say("text_join", lang).join(changes) or say("amended_nothing", lang)
        parts.append(say("amended_changes", lang, changes=joined))
        return "\n".join(parts)

    columns = speech.each(words)
    room = (width - 16 - 12 * (len(columns) - 1)) / len(columns)
    wrapped = [wrap(column, room, 8.8) for column in columns]
    height = max(len(lines) for lines in wrapped) * 8.8 * LINE + 9

    def draw(page: Page, y: float) -> None:
        page.box(MARGIN, y, width, height, fill="#fdf3e4", stroke="#8a4b00", line=0.9)
        for number, lines in enumerate(wrapped):
            page.lines(MARGIN + 8 + number * (room + 12), y + 4, lines, 8.8, room)

    return Block(height, draw, 8.0)


def _told(quantity: str, value: str, lang: str) -> str:
    """Return a value as printed; a grade by its code, a dash where there is none."""
    return text("grades", value, lang) if quantity == "grade" and value else value or MISSING


def _signatures(analysis: Analysis, issue: Issue, speech: Speech) -> Block:
    """Return where reader and reviewer sign; who has signed stands there with the time."""
    people: Sequence[tuple[Role, str, str]] = (
        ("reader", "reporting_physician", analysis.reader),
        ("reviewer", "reviewing_physician", analysis.reviewer),
    )

    def draw(page: Page, y: float) -> None:
        for role, key, named in people:
            x, _, half, _ = signature_frame(role, page.width)
            signed = issue.by(role)
            page.box(x, y, half, SIGNATURE_HEIGHT, stroke=RULE, line=0.7)
            page.text(x + 7, y + 4, speech.say(key), 8, half * 0.62, colour=GREY)
            if signed is not None and signed.image:
                place_picture(page, x + half * 0.56, y + 4, half * 0.42, 28, opaque(signed.image))
            name = signed.name if signed else named
            page.text(x + 7, y + 17, name, 12, half * (0.54 if signed and signed.image else 0.94), bold=True)
            page.rule(x + 7, y + 34, x + half - 7, y + 34, colour=GREY)
            label = speech.say("signature_time")
            page.text(x + 7, y + 39, label, 8, half * 0.5, colour=GREY)
            wide = fonts.text_width(label, 8) + 14
            page.text(x + wide, y + 38, signed.time if signed else "", 9, half - wide - 7, colour=INK)

    return Block(SIGNATURE_HEIGHT, draw)
