"""Blocks one below the other, and how they are shared out among pages before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ironquant.export import fonts
from ironquant.export.page import ACCENT, INK, LINE, RULE, Page, wrap

MARGIN: Final = 40.0
TOP: Final = 28.0
RUNNING: Final = 24.0
"""Height of the line at the head of every page but the first."""
FOOT: Final = 54.0
"""Height of the foot with the white edge below it."""
BOTTOM_GAP: Final = 6.0
GUTTER: Final = 16.0
"""Between two languages side by side."""

Draw = Callable[[Page, float], None]


@dataclass(frozen=True)
class Block:
    """A part of a page that is not torn.

    Attributes
    ----------
    height : float
        In points.
    draw : callable
        Draws it on a page below a y.
    after : float
        White space below it, left out at the end of a page.
    sticky : bool
        It stays on the page of the block that follows.
    """

    height: float
    draw: Draw
    after: float = 0.0
    sticky: bool = False


@dataclass(frozen=True)
class Chapter:
    """Blocks that begin a new page.

    Attributes
    ----------
    title : str
        In the outline of the document.
    bottom : Block or None
        At the foot of its first page.
    """

    title: str
    blocks: Sequence[Block]
    bottom: Block | None = None


@dataclass
class Sheet:
    """What stands on one page: blocks with the y of their top edge.

    Attributes
    ----------
    title : str
        Of the chapter that begins here; empty on its further pages.
    """

    title: str
    placed: list[tuple[Block, float]] = field(default_factory=list)


def share_out(chapters: Sequence[Chapter], height: float, *, from_page_1: bool = True) -> list[Sheet]:
    """Place the blocks of chapters on pages of a height; page 1 has no running head.

    A block that is higher than a page stands alone on one; what flows is made of small blocks.
    """
    sheets: list[Sheet] = []
    for chapter in chapters:
        sheet = Sheet(chapter.title)
        sheets.append(sheet)
        y = first = TOP if from_page_1 and len(sheets) == 1 else TOP + RUNNING
        end = height - FOOT
        front = sheet
        if chapter.bottom is not None:
            end -= chapter.bottom.height + BOTTOM_GAP
        for group in _groups(chapter.blocks):
            needed = sum(block.height + block.after for block in group) - group[-1].after
            if y + needed > end and y > first:
                sheet = Sheet("")
                sheets.append(sheet)
                y = first = TOP + RUNNING
                end = height - FOOT
            for block in group:
                sheet.placed.append((block, y))
                y += block.height + block.after
        if chapter.bottom is not None:  # last, as it is read
            front.placed.append((chapter.bottom, height - FOOT - chapter.bottom.height))
    return sheets


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = []
    stuck = False
    for block in blocks:
        if stuck:
            groups[-1].append(block)
        else:
            groups.append([block])
        stuck = block.sticky
    return groups


def together(blocks: Sequence[Block], page_height: float = math.inf) -> list[Block]:
    """Keep blocks on one page, if they fit one."""
    if not blocks:
        return []
    needed = sum(block.height + block.after for block in blocks) - blocks[-1].after
    if needed > page_height - FOOT - TOP - RUNNING:
        return list(blocks)
    return [replace(block, sticky=True) for block in blocks[:-1]] + [blocks[-1]]


def heading(title: str, note: str, width: float) -> Block:
    """Return the heading of a part of a page, with a remark at the right."""

    def draw(page: Page, y: float) -> None:
        shown = page.text(MARGIN, y, title, 11, width * (0.62 if note else 1.0), bold=True, colour=ACCENT)
        if note:
            left = MARGIN + shown + 12
            room = width - shown - 12
            page.text(left, y + 2.6, note, 7.5, room, colour="#5f6c7b", align="right")
        page.rule(MARGIN, y + 15, MARGIN + width, y + 15, colour=ACCENT, width=0.7)

    return Block(16.0, draw, 5.0, sticky=True)


def paragraphs(
    columns: Sequence[str], width: float, size: float, *, after: float = 0.0, **style: Any
) -> list[Block]:
    """Return texts side by side, line by line, so that they flow from page to page.

    Parameters
    ----------
    columns : sequence of str
        A text per language.
    """
    shared = len(columns)
    room = (width - GUTTER * (shared - 1)) / max(shared, 1)
    wrapped = [wrap(text, room, size, style.get("bold", False)) for text in columns]
    n_lines = max((len(lines) for lines in wrapped), default=0)

    def line(number: int) -> Draw:
        def draw(page: Page, y: float) -> None:
            for column, lines in enumerate(wrapped):
                if number < len(lines):
                    x = MARGIN + column * (room + GUTTER)
                    page.text(x, y, lines[number], size, room, **style)

        return draw

    blocks = [Block(size * LINE, line(number), 0.0) for number in range(n_lines)]
    if blocks:
        blocks[-1] = Block(blocks[-1].height, blocks[-1].draw, after)
    return blocks


def table(rows: Sequence[tuple[str, ...]], shares: Sequence[float], width: float, size: float) -> list[Block]:
    """Return a table, the first row its heading; a row is as high as its highest cell."""
    blocks = []
    for number, row in enumerate(rows):
        head = number == 0
        cells = [wrap(text, width * share - 8, size, head) for text, share in zip(row, shares, strict=True)]
        height = max(len(lines) for lines in cells) * size * LINE + 4.0
        blocks.append(Block(height, _row(cells, shares, width, size, height, number), sticky=head))
    return blocks


def _row(
    cells: Sequence[list[str]],
    shares: Sequence[float],
    width: float,
    size: float,
    height: float,
    number: int,
) -> Draw:
    head = number == 0

    def draw(page: Page, y: float) -> None:
        if head:
            page.box(MARGIN, y, width, height, fill="#e4eaf1")
        x = MARGIN
        for lines, share in zip(cells, shares, strict=True):
            page.lines(x + 4, y + 1.6, lines, size, width * share - 7, bold=head, colour=INK)
            x += width * share
        page.rule(MARGIN, y + height, MARGIN + width, y + height, colour=RULE, width=0.4)

    return draw


def label_width(labels: Sequence[str], size: float, most: float) -> float:
    """Return the width of a column of labels."""
    return min(max((fonts.text_width(label, size) for label in labels), default=0.0) + 8.0, most)
