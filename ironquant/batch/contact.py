"""The contact sheet: every reported region as a thumbnail, to be looked through in minutes.

Each page holds everything that it needs; nothing in it names anybody.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ironquant.batch.record import RecordDocument
from ironquant.batch.rows import Entry, reported_region, value_of
from ironquant.core import SEVERITY_RANK, remove_file, write_bytes_atomic
from ironquant.export import UNITS, format_value
from ironquant.resources import message, resource_path, term, text

PER_PAGE = 1000
_WORDS = ("sort", "confidence", "finding", "examination", "filter", "all", "mark", "save", "shown", "pages")


@dataclass(frozen=True)
class _Card:
    """What is known of one examination, without its pictures."""

    job: str
    examination_id: str
    status: str
    confidence: float
    severity: int
    lines: tuple[tuple[str, str], ...]
    """Organ and its value in words."""
    findings: tuple[tuple[str, str], ...]
    """Code and words."""


@dataclass
class ContactSheet:
    """Gathers examinations, then writes pages, the least sure first."""

    lang: str
    cards: list[_Card] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Take one examination in."""
        if entry.record is not None:
            self.cards.append(_card(entry, self.lang))

    def write(self, folder: Path, record_of: Callable[[str], RecordDocument | None]) -> None:
        """Write ``contact.html``, ``contact_2.html`` …, in the place of those of an earlier run."""
        ordered = sorted(self.cards, key=lambda card: (card.confidence, -card.severity, card.examination_id))
        pages = [ordered[first : first + PER_PAGE] for first in range(0, len(ordered), PER_PAGE)] or [[]]
        names = ["contact.html", *(f"contact_{number}.html" for number in range(2, len(pages) + 1))]
        for name, cards in zip(names, pages, strict=True):
            write_bytes_atomic(folder / name, self._page(cards, names, name, record_of).encode())
        for path in folder.glob("contact_*.html"):
            if path.name not in names:
                remove_file(path)

    def _page(
        self,
        cards: Sequence[_Card],
        names: Sequence[str],
        own: str,
        record_of: Callable[[str], RecordDocument | None],
    ) -> str:
        template = resource_path("contact.html").read_text(encoding="utf-8")
        words = {key: text("contact", key, self.lang) for key in _WORDS}
        links = "".join(
            f'<a class="{"own" if name == own else ""}" href="{name}">{number}</a>'
            for number, name in enumerate(names, start=1)
        )
        filled = {
            "LANG": self.lang,
            "TITLE": html.escape(text("contact", "title", self.lang)),
            "WORDS": json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"),
            "LINKS": links if len(names) > 1 else "",
            "CODES": "".join(_options(cards)),
            "CARDS": "".join(_html(card, record_of(card.job), self.lang) for card in cards),
        }
        for key, value in filled.items():
            template = template.replace(f"[[{key}]]", value)
        return template


def _card(entry: Entry, lang: str) -> _Card:
    told: list[Mapping[str, Any]] = []
    lines, confidences = [], []
    for organ in () if entry.analysis is None else entry.analysis["organs"]:
        region = reported_region(organ)
        lines.append((organ["organ"], _value(organ["result"], lang)))
        told += organ["findings"]
        confidence = None if region is None else region["confidence"]
        confidences.append(0.0 if confidence is None and region is None else confidence)
    findings = [
        (finding["severity"], finding["code"], finding["message"])
        for finding in told
        if finding["severity"] != "info"
    ]
    record = entry.record
    if record is not None and record.reason is not None:
        reason = record.reason
        # Without its parameters, which may hold the name of a file.
        findings.append((reason.severity, reason.code, message(reason.code, {}, lang)))
    findings.sort(key=lambda item: -SEVERITY_RANK[item[0]])
    known = [value for value in confidences if value is not None]
    return _Card(
        entry.job.job,
        entry.job.examination_id,
        entry.status,
        min(known, default=1.0 if confidences else 0.0),
        max((SEVERITY_RANK[severity] for severity, _, _ in findings), default=0),
        tuple(lines),
        tuple(dict.fromkeys((code, words) for _, code, words in findings)),
    )


def _value(result: Mapping[str, Any] | None, lang: str) -> str:
    if result is None:
        return text("cli", "not_measured", lang)
    t2star = format_value(value_of(result["t2star_ms"]), "t2star_ms", lang)
    words = f"T2* {t2star} {UNITS['t2star_ms']}"
    grade = result["grade"]
    return words if grade is None else f"{words} · {text('grades', grade['code'] or 'undecided', lang)}"


def _options(cards: Iterable[_Card]) -> Iterator[str]:
    codes = sorted({code for card in cards for code, _ in card.findings})
    for code in codes:
        yield f'<option value="{html.escape(code)}">{html.escape(code)}</option>'


def _html(card: _Card, record: RecordDocument | None, lang: str) -> str:
    pictures = {item.organ: item.jpeg for item in record.thumbnails} if record is not None else {}
    shown = "".join(_figure(organ, words, pictures.get(organ, ""), lang) for organ, words in card.lines)
    codes = " ".join(code for code, _ in card.findings)
    found = "".join(
        f'<li title="{html.escape(code)}">{html.escape(words)}</li>' for code, words in card.findings
    )
    return (
        f'<article tabindex="0" data-id="{card.examination_id}" data-confidence="{card.confidence:.4f}" '
        f'data-severity="{card.severity}" data-codes="{html.escape(codes)}" class="s{card.severity}">'
        f"<h2>{card.examination_id}<span>{card.confidence:.2f}</span></h2>{shown}<ul>{found}</ul></article>\n"
    )


def _figure(organ: str, words: str, jpeg: str, lang: str) -> str:
    picture = f'<img alt="" src="data:image/jpeg;base64,{jpeg}" loading="lazy">' if jpeg else ""
    caption = f"{html.escape(term(organ, lang))}: {html.escape(words)}"
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"
