"""Pages that follow each other: where the next line stands, and what is at the foot of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ironquant.agreement.words import say
from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION
from ironquant.export.page import ACCENT, GREY, HEIGHT, WIDTH, Page
from ironquant.resources import text

MARGIN: Final = 36.0
CONTENT: Final = WIDTH - 2 * MARGIN
TOP: Final = 30.0
BOTTOM: Final = HEIGHT - 48.0
"""Where the footer begins."""


@dataclass
class Flow:
    """A document being drawn from top to bottom.

    Attributes
    ----------
    total : int
        Number of pages, for the footer; unknown (0) while they are counted.
    number : int
        Of the page being drawn, from 1.
    y : float
        Where the next line begins, in points from the top.
    """

    page: Page
    lang: str
    total: int = 0
    number: int = 1
    y: float = TOP

    def need(self, height: float) -> None:
        """Begin a new page where less than `height` points are left."""
        if self.y + height > BOTTOM - 4 and self.y > TOP:
            self.turn()

    def turn(self) -> None:
        """End the page and begin another one."""
        self.foot()
        self.page.turn()
        self.number += 1
        self.y = TOP

    def foot(self) -> None:
        """Draw what the software is and is not, and the number of the page."""
        page, right = self.page, MARGIN + CONTENT
        page.rule(MARGIN, BOTTOM, right, BOTTOM, colour=ACCENT, width=0.8)
        page.text(MARGIN, BOTTOM + 3, text("report", "footer_use", self.lang), 7.5, CONTENT - 110, bold=True)
        shown = say("footer_page", self.lang, page=self.number, pages=self.total)
        page.text(right - 108, BOTTOM + 3, shown, 7.5, 108, align="right", colour=GREY)
        page.text(MARGIN, BOTTOM + 13.5, f"{SOFTWARE_NAME} {SOFTWARE_VERSION}", 7.5, CONTENT, colour=GREY)
