"""A paragraph of methods for a paper, with the citations that a run needs and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ironquant.batch.rows import Entry, reported_region
from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION
from ironquant.iron import calibration, scheme
from ironquant.resources import term, terms, text


@dataclass
class Methods:
    """Gathers what the examinations were measured with."""

    n: Counter[str] = field(default_factory=Counter)
    patients: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)
    scanners: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    organs: dict[str, Counter[str]] = field(default_factory=dict)
    proposers: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry) -> None:
        """Take one examination in."""
        self.n[entry.status] += 1
        if entry.record is not None and entry.record.reason is not None:
            self.reasons[entry.record.reason.code] += 1
        if entry.analysis is None:
            return
        if entry.job.names is not None:
            self.patients.add(entry.job.names.subject)
        study = entry.job.study
        self.scanners[" ".join(part for part in (study.manufacturer, study.model) if part) or "–"] += 1
        self.fields["–" if study.field_t is None else f"{study.field_t:.2f}"] += 1
        for organ in entry.analysis["organs"]:
            region, result = reported_region(organ), organ["result"]
            if region is None or result is None:
                continue
            used = self.organs.setdefault(organ["organ"], Counter())
            used["measured"] += 1
            used["drawn"] += region["source"] != "auto"
            self.proposers[region["proposer"] or "–"] += region["source"] == "auto"
            used[f"model {result['model']}"] += 1
            if result["iron_mg_per_g"] is not None:
                used[f"calibration {result['iron_mg_per_g']['calibration']}"] += 1
            if result["grade"] is not None:
                used[f"scheme {result['grade']['scheme']}"] += 1

    def markdown(self, lang: str, columns: Iterable[str] = ()) -> str:
        """Return title, paragraph and references.

        Parameters
        ----------
        columns : iterable of str
            Calibrations that have columns of their own, beside those of the results.
        """
        sources: list[str] = []

        def cite(source: str) -> int:
            if source not in sources:
                sources.append(source)
            return sources.index(source) + 1

        def say(key: str, **params: object) -> str:
            return text("methods", key, lang, **params)

        sentences = [
            say(
                "measured",
                n_done=self.n["done"],
                n_total=sum(self.n.values()),
                n_patients=len(self.patients),
                organs=terms(sorted(self.organs), lang),
                software=f"{SOFTWARE_NAME} {SOFTWARE_VERSION}",
            ),
            say("scanners", scanners=_counted(self.scanners), fields=_counted(self.fields)),
        ]
        told = set(columns)
        for organ, used in sorted(self.organs.items()):
            named = {"organ": term(organ, lang)}
            sentences.append(say("regions", n=used["measured"], n_drawn=used["drawn"], **named))
            models = {name: text("models", name, lang) for name in _kinds(used, "model")}
            sentences.append(say("fit", models=", ".join(models.values()), **named))
            for name in _kinds(used, "calibration"):
                told.discard(name)
                number = cite(calibration(name).source)
                sentences.append(say("calibration", name=name, number=number, **named))
            for name in _kinds(used, "scheme"):
                sentences.append(say("scheme", name=name, number=cite(scheme(name).source), **named))
        if told:
            listed = ", ".join(f"{name} [{cite(calibration(name).source)}]" for name in sorted(told))
            sentences.append(say("further", names=listed))
        sentences.append(say("bounds"))
        if self.reasons:
            why = "; ".join(f"{code} ({count})" for code, count in sorted(self.reasons.items()))
            sentences.append(say("failed", n=self.n["failed"], reasons=why))
        references = [f"{number}. {source}" for number, source in enumerate(sources, start=1)]
        parts = [f"# {say('title')}", "\n".join(sentences), f"## {say('references')}"]
        return "\n\n".join([*parts, "\n".join(references) or "–", say("check")]) + "\n"


def plain(markdown: str) -> str:
    """Return the same without the marks of Markdown."""
    return "\n".join(line.lstrip("# ") if line.startswith("#") else line for line in markdown.split("\n"))


def _kinds(used: Counter[str], kind: str) -> list[str]:
    return sorted(name.partition(" ")[2] for name in used if name.startswith(f"{kind} "))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items())) or "–"
