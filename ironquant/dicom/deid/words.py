"""Descriptions by known words: organ, sequence and unit stay, whatever else somebody typed goes.

A series description tells organ, contrast and units, and is typed by people: names and numbers of patients
end up in it. So nothing is searched for that must go; only what is known to be harmless stays.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ironquant.resources import load_table

_DATE_LIKE = re.compile(r"(?<!\d)\d{1,4}([./\-])\d{1,2}\1\d{1,4}(?!\d)")
_FIGURES = 3


@cache
def _vocabulary() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Return words, beginnings of words, and words of other scripts, longest first."""
    own, organs = load_table("deidentification")["words"], load_table("organs")
    rows = [row for row in organs.values() if isinstance(row, dict)]
    tables: list[dict[str, Any]] = [row for row in rows if "words" in row]
    tables += organs["blood"].values()
    words = set(own["latin"].split()).union(*(table["words"] for table in tables))
    stems = {stem for table in tables for stem in table["stems"]}
    within = {word for table in tables for word in table["within"]} | set(own["within"].split())
    return (
        frozenset(word.lower() for word in words),
        tuple(sorted(stems)),
        tuple(sorted((word for word in within if not word.isascii()), key=len, reverse=True)),
    )


@cache
def _scanner() -> re.Pattern[str]:
    """Return what may be found in a description, the first that fits: known word, word, figures, mark."""
    within = "|".join(map(re.escape, _vocabulary()[2]))
    marks = re.escape(load_table("deidentification")["words"]["separators"])
    # Latin letters with accents too: Müller is one word, and not two harmless letters.
    letters = r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]"
    return re.compile(rf"(?P<within>{within})|(?P<word>(?:{letters}|\d)+)|(?P<mark>[{marks}]+)")


def is_known(word: str) -> bool:
    """Whether a word of letters and figures is harmless in a description."""
    words, stems, _ = _vocabulary()
    lowered = word.lower()
    if any(len(figures) > _FIGURES for figures in re.findall(r"\d+", lowered)):
        return False
    if lowered in words or (lowered.isascii() and any(lowered.startswith(stem) for stem in stems)):
        return True
    return all(part in words for part in re.findall(r"\D+", lowered))


def known_words(text: str) -> str:
    """Return the known words of a description, with the marks between them."""
    kept: list[str] = []
    for match in _scanner().finditer(_DATE_LIKE.sub(" ", text)):
        if match.lastgroup == "word" and not is_known(match[0]):
            continue
        if match.lastgroup == "mark" and kept and kept[-1][-1] == match[0][-1]:
            continue  # marks on both sides of what was left out
        kept.append(match[0])
    return re.sub(r"\s+", " ", "".join(kept)).strip(" _-.:/,&#^")


class Identifiers:
    """Names and numbers of the people of one file, to be taken out of what is kept.

    Parameters
    ----------
    texts : list of str
        Values of attributes that hold them.
    """

    def __init__(self, texts: list[str]) -> None:
        least = load_table("deidentification")["identifiers"]["least_letters"]
        names: set[str] = set()
        for text in texts:
            whole = text.strip(" \0")
            names.update(part for part in re.split(r"[\^=\\\s,;]+", whole) if part)
            names.add(whole)
        latin = {name for name in names if name.isascii() and len(name) >= least and not _harmless(name)}
        other = {name for name in names if not name.isascii() and len(name) >= 2}
        parts = [rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in sorted(latin, key=len, reverse=True)]
        parts += [re.escape(name) for name in sorted(other, key=len, reverse=True)]
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def without(self, text: str) -> str:
        """Return the text without them."""
        return text if self._pattern is None else self._pattern.sub("", text)


def _harmless(name: str) -> bool:
    """Whether a name is a common word of scan names too: a phantom called LIVER."""
    return not any(char.isdigit() for char in name) and is_known(name)
