"""Private attributes: those that T2* needs stay, if their values are what they must be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydicom.dataset import Dataset

from ironquant.dicom.deid.rules import Rules, SafePrivate
from ironquant.dicom.values import Header
from ironquant.resources import load_table

_BLOCKS = range(0x10, 0x100)


def keep_safe_private(dataset: Dataset, rules: Rules) -> None:
    """Remove every private attribute of a data set but the safe ones, which keep their places."""
    kept: dict[int, str] = {}
    for tag in [int(tag) for tag in dataset.keys() if tag.is_private]:  # noqa: SIM118
        rule = _rule(dataset, tag, rules)
        if rule is not None and _is_safe(dataset, tag, rule, rules):
            kept[tag] = rule.creator
    for tag in [tag for tag in dataset.keys() if tag.is_private]:  # noqa: SIM118
        if int(tag) not in kept:
            del dataset[tag]
    for tag, creator in kept.items():
        place = tag & 0xFFFF0000 | tag >> 8 & 0xFF
        dataset.add_new(place, "LO", creator)


def _rule(dataset: Dataset, tag: int, rules: Rules) -> SafePrivate | None:
    """Return the rule of a private attribute; one that lost its creator is known by its usual place."""
    group, block, element = tag >> 16, tag >> 8 & 0xFF, tag & 0xFF
    if block not in _BLOCKS:
        return None
    creator = Header([dataset]).text(group << 16 | block).upper()
    for rule in rules.safe_private:
        named = creator == rule.creator.upper() or (not creator and tag == rule.home)
        if rule.group == group and rule.element == element and named:
            return rule
    return None


def _is_safe(dataset: Dataset, tag: int, rule: SafePrivate, rules: Rules) -> bool:
    """Whether the value tells nothing about a person; items are reduced to such values."""
    header = Header([dataset])
    if rule.content == "number":
        return header.numbers(tag) is not None
    if rule.content == "code":
        known = [text for text in header.texts(tag) if text.upper() in _codes()]
        if known:
            dataset[tag].value = known if len(known) > 1 else known[0]
        return bool(known)
    items: Any = header.raw(tag)
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
