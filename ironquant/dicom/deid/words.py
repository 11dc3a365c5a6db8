"""Descriptions by known words: organ, sequence and unit stay, whatever else somebody typed goes.

A series description tells organ, contrast and units, and is typed by people: names and numbers of patients
end up in it. So nothing is searched for that must go; only what is known to be harmless stays.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from ironquant.dicom.spelling import CJK
from ironquant.resources import load_table

_DATE_LIKE = re.compile(r"(?<!\d)\d{1,4}([./\-])\d{1,2}\1\d{1,4}(?!\d)")
_FIGURES = 3
_WITHIN_WORDS = 5
"""From so many letters on a name is found inside a word too: liverMILLER."""
_CHINESE_GAP = r"[\s^_.·-]*"


@cache
def _vocabulary() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return words, beginnings of words with their known endings among them, and words of other scripts."""
    own, organs = load_table("deidentification")["words"], load_table("organs")
    rows = [row for row in organs.values() if isinstance(row, dict)]
    tables: list[dict[str, Any]] = [row for row in rows if "words" in row]
    tables += organs["blood"].values()
    words = set(own["latin"].split()).union(*(table["words"] for table in tables))
    words |= {stem + ending for stem, endings in own["endings"].items() for ending in endings}
    within = {word for table in tables for word in table["within"]} | set(own["within"].split())
    return (
        frozenset(word.lower() for word in words),
        tuple(sorted((word for word in within if not word.isascii()), key=len, reverse=True)),
    )


@cache
def _scanner() -> re.Pattern[str]:
    """Return what may be found in a description, the first that fits: known word, word, figures, mark."""
    within = "|".join(map(re.escape, _vocabulary()[1]))
    marks = re.escape(load_table("deidentification")["words"]["separators"])
    # Latin letters with accents too: Müller is one word, and not two harmless letters.
    letters = r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]"
    return re.compile(rf"(?P<within>{within})|(?P<word>(?:{letters}|\d)+)|(?P<mark>[{marks}]+)")


def is_known(word: str) -> bool:
    """Whether a word of letters and figures is harmless in a description."""
    words, lowered = _vocabulary()[0], word.lower()
    if any(len(figures) > _FIGURES for figures in re.findall(r"\d+", lowered)):
        return False
    if lowered in words or all(part in words for part in re.findall(r"\D+", lowered)):
        return True
    endings = load_table("deidentification")["words"]["endings"]
    glued = (lowered[end:] for stem in endings if lowered.startswith(stem) for end in _ends(lowered, stem))
    return any(len(rest) > 1 and is_known(rest) for rest in glued)


def _ends(lowered: str, stem: str) -> list[int]:
    """Return where a word that begins like this may end and another follow: ``livermap``."""
    endings = load_table("deidentification")["words"]["endings"][stem]
    return [len(stem) + len(ending) for ending in endings if lowered.startswith(stem + ending)]


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
    births : list of date
        Dates of birth, found as people write them.
    """

    def __init__(self, texts: list[str], births: list[dt.date] | None = None) -> None:
        least = load_table("deidentification")["identifiers"]["least_letters"]
        names: set[str] = set()
        for text in texts:
            whole = text.strip(" \0")
            names.update(part for part in re.split(r"[\^=\\\s,;]+", whole) if part)
            names.update(group.replace("^", "") for group in whole.split("="))
            names.add(whole)
        latin = {name for name in names if name.isascii() and len(name) >= least and not _harmless(name)}
        other = {name for name in names if not name.isascii() and len(name) >= 2}
        longest = sorted(latin, key=len, reverse=True)
        apart = [rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in longest]
        inside = [re.escape(name) for name in longest if len(name) >= _WITHIN_WORDS]
        always = [_spaced(name) for name in sorted(other, key=len, reverse=True)]
        always += [_as_written(birth) for birth in births or ()]
        self._pattern = _any(apart + always)
        self._within = _any(apart + inside + always)

    def without(self, text: str, *, inside_words: bool = False) -> str:
        """Return the text without them; of long ones also without those that are part of a word."""
        pattern = self._within if inside_words else self._pattern
        return text if pattern is None else pattern.sub("", text)


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _spaced(name: str) -> str:
    """Match a name; one in Chinese also where its characters stand apart."""
    if not CJK.search(name):
        return re.escape(name)
    return _CHINESE_GAP.join(re.escape(char) for char in name if not re.match(r"[\s^]", char))


def _as_written(date: dt.date) -> str:
    """Match a date with the year first or last, with any marks or none between."""
    year, month, day = f"{date.year:04d}", f"0?{date.month}", f"0?{date.day}"
    mark = "[-./_ ]?"
    western = rf"(?:{day}{mark}{month}|{month}{mark}{day}){mark}{year}"
    return rf"(?<!\d)(?:{year}(?:{mark}|年){month}(?:{mark}|月){day}(?!\d)日?|{western}(?!\d))"


def _harmless(name: str) -> bool:
    """Whether a name is a common word of scan names too: a phantom called LIVER."""
    return not any(char.isdigit() for char in name) and is_known(name)
