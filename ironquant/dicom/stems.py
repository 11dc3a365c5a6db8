"""Series descriptions without what numbers their echo: what the series of one train have in common."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = r"\d+(?:[.,_]\d+)?"
_UNIT = r"(?:[ _]*m?s(?:ec)?(?![a-z]))?"
_ECHO = re.compile(  # TE=4.6 ms, te2_04, TE1_2.04, echo 2/8, echo1of6, Echo#3, E03
    rf"(?:(?<![a-z])|(?<=t2\*)|(?<=star))(?:te|echo(?: ?time)?|e)(?:[ _:=#.,-]*{_NUMBER})+{_UNIT}"
    rf"(?: ?(?:of|/) ?\d+)?(?![a-z])"
)
_ALONE = re.compile(rf"(?<![a-z\d]){_NUMBER}(?:st|nd|rd|th)?{_UNIT}(?![a-z\d])")
"""A number of its own: 2.04 ms, [4.6], 3rd, 第3; not that of T2*, fl2d or 1.5T."""


@lru_cache(maxsize=4096)
def description_stem(description: str) -> str:
    """Return a series description without what numbers its echo: ``T2* TE=4.6`` → ``t2*``."""
    stem = _ALONE.sub(" ", _ECHO.sub(" ", description.lower()))
    return re.sub(r"[\s_]+", " ", stem).strip(" -,;#:")
