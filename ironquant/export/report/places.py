"""Where on page 1 the code and the signatures stand: what is drawn there, sealed and signed asks here."""

from __future__ import annotations

from typing import Final, NamedTuple, get_args

from ironquant.export.report.layout import FOOT, MARGIN, TOP
from ironquant.export.signing_block import Role

CODE_ROOM: Final = 62.0
"""Side of the square at the right of the head that is left for the code of the report."""
_QUIET: Final = 5.5
"""White edge of the code: four of its modules."""
SIGNATURE_HEIGHT: Final = 58.0
_BETWEEN: Final = 14.0
"""Between the frames of the two roles."""
_SIGNATURE: Final = (160.0, 46.0)
_INSIDE: Final = (7.0, 3.0)
"""From the signature to the right and the lower edge of its frame."""


class Place(NamedTuple):
    """A rectangle in points (1/72 inch) from the lower left corner of the page."""

    left: float
    bottom: float
    width: float
    height: float


def code_place(page_width: float, page_height: float) -> Place:
    """Return where the code stands: in the middle of the square that the head leaves for it."""
    side = CODE_ROOM - 2 * _QUIET
    return Place(page_width - MARGIN - _QUIET - side, page_height - TOP - _QUIET - side, side, side)


def signature_frame(role: str, page_width: float) -> Place:
    """Return the frame in which somebody signs in a role."""
    number = get_args(Role).index(role)
    width = (page_width - 2 * MARGIN - _BETWEEN) / 2
    return Place(MARGIN + number * (width + _BETWEEN), FOOT, width, SIGNATURE_HEIGHT)


def signature_place(role: str, page_width: float) -> Place:
    """Return where the digital signature of a role stands: at the right end of its frame."""
    frame = signature_frame(role, page_width)
    left = frame.left + frame.width - _INSIDE[0] - _SIGNATURE[0]
    return Place(left, frame.bottom + _INSIDE[1], *_SIGNATURE)
