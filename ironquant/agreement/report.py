"""``agreement.pdf``: an overview, then a page per organ and pair of sources."""

from __future__ import annotations

from pathlib import Path

from ironquant.agreement.comparison import Comparison
from ironquant.agreement.flow import BOTTOM, CONTENT, MARGIN, TOP, Flow
from ironquant.agreement.organpage import draw_organ
from ironquant.agreement.overview import draw_overview
from ironquant.agreement.words import say
from ironquant.core import Finding, write_bytes_atomic
from ironquant.export import fonts
from ironquant.export.page import Page
from ironquant.resources import PDF, covering


def write_agreement_report(comparison: Comparison, path: Path, *, lang: str = "en") -> tuple[Finding, ...]:
    """Write the report of a comparison.

    Parameters
    ----------
    comparison : Comparison
    path : Path
        Written in one step.
    lang : str
        One of `resources.LANGUAGES`; one that cannot be printed falls back to English.

    Returns
    -------
    tuple of Finding
        ``glyph_missing`` where a name has characters that the font lacks.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    page = compose(comparison, lang=covering(PDF, lang))
    write_bytes_atomic(path, page.finish())
    missing = fonts.glyph_finding(page.texts)
    return () if missing is None else (missing,)


def compose(comparison: Comparison, *, lang: str = "en") -> Page:
    """Lay the report out: once to count the pages of the overview, once with their number."""
    counted = Flow(Page("", lang), lang)
    draw_overview(counted, comparison, lang)
    n_organs = sum(len(pair.organs) for pair in comparison.pairs)
    flow = Flow(Page(say("title", lang), lang), lang, total=counted.number + n_organs)
    draw_overview(flow, comparison, lang)
    for pair in comparison.pairs:
        for organ in pair.organs:
            flow.turn()
            draw_organ(flow.page, (MARGIN, TOP, CONTENT, BOTTOM), pair, organ, comparison, lang)
    flow.foot()
    return flow.page
