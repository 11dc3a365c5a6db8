"""Private attributes: those that T2* needs stay, if their values are what they must be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydicom.dataset import Dataset

from ironquant.dicom.deid.rules import Rules, SafePrivate
from ironquant.dicom.private import private_places
from ironquant.dicom.values import Header
from ironquant.resources import load_table


def keep_safe_private(dataset: Dataset, rules: Rules) -> None:
    """Remove every private attribute of a data set but the safe ones, which keep their places."""
    safe = {rule.home: rule for rule in rules.safe_private}
    header = Header([dataset])  # one that lost its creator is known by its usual place
    kept = {
        tag: safe[home]
        for tag, home in private_places(dataset)
        if home in safe and _is_safe(dataset, header, tag, safe[home], rules)
    }
    for tag in [tag for tag in dataset.keys() if tag.is_private]:  # noqa: SIM118
        if int(tag) not in kept:
            del dataset[tag]
    for tag, rule in kept.items():
        place = tag & 0xFFFF0000 | tag >> 8 & 0xFF
        dataset.add_new(place, "LO", rule.creator)


def _is_safe(dataset: Dataset, header: Header, tag: int, rule: SafePrivate, rules: Rules) -> bool:
    """Whether the value tells nothing about a person; items are reduced to such values."""
    if rule.content == "number":
        return header.numbers(rule.home) is not None
    if rule.content == "code":
        known = [text for text in header.texts(rule.home) if text.upper() in _codes()]
        if known:
            dataset[tag].value = known if len(known) > 1 else known[0]
        return bool(known)
    items: Any = header.raw(rule.home)
    if not isinstance(items, Sequence) or isinstance(items, (str, bytes)):
        return False
    for item in items:
        keep_safe_private(item, rules)
        for public in [inner for inner in item.keys() if not inner.is_private]:  # noqa: SIM118
            del item[public]
    return any(len(item) for item in items)


@cache
def _codes() -> frozenset[str]:
    """Return the values by which scanners tell what an image shows and how it was filtered."""
    vendors = load_table("vendors")
    tables = [rules for rules in vendors["component"].values() if isinstance(rules, dict)]
    words = {word for rules in tables for word in rules} | set(vendors["filters"]["image_type"])
    return frozenset(words | set(load_table("deidentification")["safe_codes"]))
