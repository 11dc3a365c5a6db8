"""A comparison in the form of ``agreement.json``."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ironquant.agreement.comparison import Comparison, OrganComparison, OrganPair, PairComparison
from ironquant.agreement.contract import AGREEMENT_SCHEMA_ID, AgreementDocument
from ironquant.agreement.matching import Unmatched
from ironquant.agreement.quantities import QuantityAgreement, outcome
from ironquant.agreement.records import QUANTITIES
from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, write_bytes_atomic
from ironquant.export.document import findings_document
from ironquant.statistics import Variation


def to_agreement(comparison: Comparison, lang: str = "en") -> AgreementDocument:
    """Return a comparison in the form of the contract.

    Parameters
    ----------
    comparison : Comparison
    lang : str
        Language of the messages of findings.
    """
    return AgreementDocument.model_validate(
        {
            "schema": AGREEMENT_SCHEMA_ID,
            "software": {"name": SOFTWARE_NAME, "version": SOFTWARE_VERSION},
            "sources": [
                {
                    "name": source.name,
                    "kind": "table" if source.is_table else "results",
                    "n_examinations": len(source.records),
                }
                for source in comparison.sources
            ],
            "pairs": [_pair(pair) for pair in comparison.pairs],
            "group": [
                {
                    "organ": str(entry.organ),
                    "quantity": entry.quantity,
                    "n": entry.n,
                    "icc": _plain(entry.icc),
                    "variation": _variation(entry.variation),
                }
                for entry in comparison.group
            ],
            "findings": findings_document(comparison.findings, lang),
        }
    )


def write_agreement_json(comparison: Comparison, path: Path, lang: str = "en") -> Path:
    """Write ``agreement.json`` (UTF-8, no NaN) in one step.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    text = to_agreement(comparison, lang).model_dump_json(indent=2, by_alias=True)
    return write_bytes_atomic(path, f"{text}\n".encode())


def _pair(pair: PairComparison) -> dict[str, Any]:
    matching = pair.matching
    return {
        "first": pair.first,
        "second": pair.second,
        "n_matched": len(matching.matches),
        "matched_by": dict(Counter(match.by for match in matching.matches)),
        "unmatched": [
            *(_unmatched(entry, pair.first) for entry in matching.first_only),
            *(_unmatched(entry, pair.second) for entry in matching.second_only),
        ],
        "organs": [_organ(entry) for entry in pair.organs],
    }


def _unmatched(entry: Unmatched, source: int) -> dict[str, Any]:
    record = entry.record
    return {
        "source": source,
        "where": record.where,
        "patient_id": record.patient_id or None,
        "date": record.date or None,
        "reason": entry.reason,
    }


def _organ(entry: OrganComparison) -> dict[str, Any]:
    grades = entry.grades
    return {
        "organ": str(entry.organ),
        "quantities": [_quantity(agreement) for agreement in entry.quantities],
        "grades": {
            "categories": list(grades.categories),
            "counts": [list(row) for row in grades.counts],
            "n": grades.n,
            "n_ungraded": grades.n_ungraded,
            "schemes": list(grades.schemes),
            "kappas": [_plain(kappa) for kappa in grades.kappas],
            "findings": list(grades.findings),
        },
        "cases": [_case(pair) for pair in entry.pairs],
    }


def _quantity(entry: QuantityAgreement) -> dict[str, Any]:
    return {
        "quantity": entry.quantity,
        "n_pairs": len(entry.values),
        "excluded": dict(entry.excluded),
        "difference": _plain(entry.difference),
        "percent": _plain(entry.percent),
        "ratio": _plain(entry.ratio),
        "variation": _variation(entry.variation),
        "icc": _plain(entry.icc),
        "concordance": _plain(entry.concordance),
        "pearson": _plain(entry.pearson),
        "spearman": _plain(entry.spearman),
    }


def _case(pair: OrganPair) -> dict[str, Any]:
    first, second, grades = pair.first, pair.second, pair.grades
    record, other = pair.match.first, pair.match.second
    return {
        "patient_id": record.patient_id or other.patient_id or None,
        "date": record.date or other.date or None,
        "accession": record.accession or other.accession or None,
        "matched_by": pair.match.by,
        "values": {
            quantity: {
                "first": first.value(quantity).value,
                "first_bound": first.value(quantity).bound,
                "second": second.value(quantity).value,
                "second_bound": second.value(quantity).bound,
                "status": pair.missing or outcome(first, second, quantity),
            }
            for quantity in QUANTITIES.values()
        },
        "grades": (grades.first, grades.second) if grades else (None, None),
        "grades_computed": grades.computed if grades else (False, False),
        "regions": _plain(pair.regions),
    }


def _variation(entry: Variation | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    plain: dict[str, Any] = _plain(entry)
    plain["within_subject_sd"] = plain.pop("sd")
    return plain


def _plain(entry: Any) -> Any:
    """Return a result as plain JSON values, without NaN and infinity."""
    return None if entry is None else _finite(asdict(entry))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, tuple):
        whole = all(math.isfinite(item) for item in value if isinstance(item, float))
        return tuple(_finite(item) for item in value) if whole else None
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
