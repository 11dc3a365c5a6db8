"""What stands around the content of every page: watermark, running head, foot; the head of page 1."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, Analysis, OutputError, Settings
from ironquant.export import fonts
from ironquant.export.page import ACCENT, GREY, INK, LINE, RULE, Page, wrap
from ironquant.export.report.layout import FOOT, MARGIN, RUNNING, TOP, Block
from ironquant.export.report.places import CODE_ROOM
from ironquant.export.signing_block import Issue
from ironquant.export.speech import Speech
from ironquant.export.wording import say

_STATE_COLOURS: Final = {
    "draft": ("#ffffff", INK),
    "preliminary": ("#e4eaf1", INK),
    "final": (ACCENT, "#ffffff"),
    "amended": ("#8a4b00", "#ffffff"),
}
"""Ground and ink of the words that tell the state."""
_WATERMARK: Final = "#eff2f5"
_LOGO: Final = (96.0, 40.0)
_BADGE: Final = 138.0
_BADGE_LINE: Final = 11.5
_NUMBERS: Final = 118.0
"""Room of the number of the page."""
_FOOT_LINES: Final = 3
"""That stand in the foot in full size."""
_TITLES: Final = (16.0, 11.5)
"""Size of the title in the leading and the second language."""


def hospital_name(analysis: Analysis, settings: Settings, speech: Speech) -> str:
    """Return the name of the hospital: of the settings, else as the images tell it."""
    return _told(settings, "name", speech) or analysis.study.institution


def _told(settings: Settings, key: str, speech: Speech) -> str:
    hospital = settings.hospital
    return speech.both(lambda lang: hospital.get(f"{key}_{lang}") or hospital.get(key, ""))


def head(analysis: Analysis, settings: Settings, issue: Issue, speech: Speech, width: float) -> Block:
    """Return the head of page 1: logo, hospital, title, state, room for the code."""
    logo = _picture(settings.report.logo)
    left = MARGIN + (_LOGO[0] + 12 if logo else 0.0)
    right = CODE_ROOM + 12
    room = width - (left - MARGIN) - right
    hospital = wrap(hospital_name(analysis, settings, speech), room, 12.5, bold=True)
    below = tuple(filter(None, (_told(settings, "department", speech), settings.report.header)))
    small = [line for words in below for line in wrap(words, room, 8.5)]
    upper = max(len(hospital) * 12.5 * LINE + len(small) * 8.5 * LINE, _LOGO[1] if logo else 0.0)
    title_room = width - _BADGE - 14 - right
    told = speech.each(lambda lang: say("title", lang))
    sizes = [_fitting(words, title_room, size) for words, size in zip(told, _TITLES, strict=False)]
    titles = [wrap(words, title_room, size, bold=True) for words, size in zip(told, sizes, strict=True)]
    title_height = sum(len(lines) * size * LINE for lines, size in zip(titles, sizes, strict=True))
    height = max(upper + 6 + title_height, CODE_ROOM) + 6

    def draw(page: Page, y: float) -> None:
        if logo:
            _draw_logo(page, MARGIN, y, logo)
        below = page.lines(left, y, hospital, 12.5, room, bold=True)
        page.lines(left, below, small, 8.5, room, colour=GREY)
        at = y + upper + 6
        for lines, size in zip(titles, sizes, strict=True):
            at = page.lines(MARGIN, at, lines, size, title_room, bold=True, colour=ACCENT)
        _badge(page, MARGIN + width - right - _BADGE, y + upper + 8, issue, speech)
        page.rule(MARGIN, y + height, MARGIN + width, y + height, colour=ACCENT, width=1.4)

    return Block(height, draw, 7.0)


def _fitting(words: str, room: float, size: float) -> float:
    """Return a size at which a title fits one line, if it need not be much smaller."""
    return max(min(size, size * room / max(fonts.text_width(words, size, bold=True), 1.0)), 0.78 * size)


def state_words(issue: Issue, speech: Speech) -> str:
    """Return the state of a report in words."""
    return speech.both(lambda lang: _state(issue, lang))


def _state(issue: Issue, lang: str) -> str:
    version = issue.amendment.version if issue.amendment else 1
    return say(f"state_{issue.state}", lang, version=version)


def _badge(page: Page, x: float, y: float, issue: Issue, speech: Speech) -> None:
    fill, ink = _STATE_COLOURS[issue.state]
    lines = speech.each(lambda lang: _state(issue, lang))
    height = 7.0 + _BADGE_LINE * len(lines)
    page.box(x, y, _BADGE, height, fill=fill, stroke=INK if fill == "#ffffff" else fill, line=0.9)
    for number, words in enumerate(lines):
        top = y + 3.2 + number * _BADGE_LINE
        page.text(x + 5, top, words, 9, _BADGE - 10, bold=True, colour=ink, align="center", smallest=0.6)


def behind(page: Page, analysis: Analysis, issue: Issue, speech: Speech) -> None:
    """Draw what comes before the content of a page: the watermark of a draft, the running head."""
    if issue.state == "draft":
        _watermark(page, speech)
    if page.number > 1:
        _running_head(page, analysis, issue, speech)


def _watermark(page: Page, speech: Speech) -> None:
    words = fonts.clean(say("watermark", speech.langs[0]))
    size = min(120.0, 0.62 * page.height / max(fonts.text_width(words, 1.0, bold=True), 1.0))
    canvas = page.canvas
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(52)
    canvas.setFillColor(_WATERMARK)
    x = -fonts.text_width(words, size, bold=True) / 2
    for font, piece in fonts.runs(words, bold=True):
        page.run(x, -0.36 * size, piece, font, size)
        x += fonts.run_width(font, piece, size)
    canvas.restoreState()


def identity(analysis: Analysis) -> str:
    """Return who and when, so that no page is mistaken for somebody else's."""
    patient, date = analysis.patient, analysis.study.date
    return " · ".join(filter(None, (patient.name, patient.id, date.isoformat() if date else "")))


def _running_head(page: Page, analysis: Analysis, issue: Issue, speech: Speech) -> None:
    width = page.width - 2 * MARGIN
    who = identity(analysis)
    state = state_words(issue, speech)
    page.text(MARGIN, TOP, who, 9, width * 0.66, bold=True, smallest=0.55)
    page.text(MARGIN + width * 0.68, TOP + 0.8, state, 8, width * 0.32, align="right", colour=GREY)
    page.rule(MARGIN, TOP + RUNNING - 10, MARGIN + width, TOP + RUNNING - 10, colour=RULE)


def foot(
    page: Page, analysis: Analysis, settings: Settings, issue: Issue, speech: Speech, pages: int
) -> None:
    """Draw the foot of a page: what the software is not, the number of the page, version and settings."""
    width, y = page.width - 2 * MARGIN, page.height - FOOT + 8
    page.rule(MARGIN, y, MARGIN + width, y, colour=ACCENT, width=0.8)
    numbers = speech.both(lambda lang: say("footer_pages", lang, page=page.number, pages=pages), " / ")
    software = say(
        "footer_software",
        speech.langs[0],
        name=SOFTWARE_NAME,
        version=SOFTWARE_VERSION,
        profile=analysis.profile,
        settings=analysis.settings_sha256[:12],
    )
    notices = speech.each(lambda lang: say("footer_use", lang)) if settings.report.notice else ()
    below = [words for words in (software, settings.report.footer) if words]
    n_lines = max(len(notices), 1) + len(below)
    first, line, share = (3.0, 10.2, 1.0) if n_lines <= _FOOT_LINES else (2.0, 7.75, 0.92)
    tops = [y + first + line * number for number in range(n_lines)]
    for top, notice in zip(tops, notices, strict=False):
        room = width - _NUMBERS - 4
        page.text(MARGIN, top, notice, 7.2 * share, room, bold=True, smallest=0.62)
    right = MARGIN + width - _NUMBERS
    page.text(right, tops[0], numbers, 7.5 * share, _NUMBERS, align="right", colour=GREY)
    if issue.report_id:
        page.text(right, tops[1], issue.report_id, 7 * share, _NUMBERS, align="right", colour=GREY)
    for top, words, part in zip(tops[-len(below) :], below, (0.7, 1.0), strict=False):
        page.text(MARGIN, top, words, 7 * share, width * part, colour=GREY, smallest=0.6)


def _picture(file: str) -> Any:
    """Return a picture without transparency, None for none.

    Raises
    ------
    OutputError
        ``logo_unreadable``.
    """
    if not file:
        return None
    try:
        return opaque(Path(file).read_bytes())
    except OSError as error:
        raise OutputError("logo_unreadable", file=file, reason=str(error)) from error


def opaque(data: bytes) -> Any:
    """Return the picture in a PNG or JPEG file, on white ground."""
    from PIL import Image

    with Image.open(BytesIO(data)) as opened:
        picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "#ffffff")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _draw_logo(page: Page, x: float, y: float, picture: Any) -> None:
    place_picture(page, x, y, *_LOGO, picture)


def place_picture(page: Page, x: float, y: float, width: float, height: float, picture: Any) -> None:
    """Draw a picture as large as fits a rectangle, in its own proportions, at the left."""
    from reportlab.lib.utils import ImageReader

    scale = min(width / picture.width, height / picture.height)
    wide, high = picture.width * scale, picture.height * scale
    top = y + (height - high) / 2
    page.canvas.drawImage(ImageReader(picture), x, page.height - top - high, wide, high)
