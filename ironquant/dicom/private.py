"""Private attributes by their creator: a block may stand anywhere in its group (PS3.5, 7.8.1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pydicom.dataset import Dataset

from ironquant.resources import load_table

_BLOCKS = range(0x10, 0x100)


@cache
def home_tag(name: str) -> int:
    """Return the tag of a private attribute (``resources/vendors.toml``) where its vendor puts it."""
    row = load_table("vendors")["private"][name]
    return int(row["group"]) << 16 | int(row["block"]) << 8 | int(row["element"])


@cache
def _homes() -> dict[tuple[int, str, int], int]:
    table = load_table("vendors")["private"]
    return {
        (row["group"], row["creator"].upper(), row["element"]): home_tag(name) for name, row in table.items()
    }


@cache
def possible_tags() -> frozenset[int]:
    """Return every tag at which one of the known private attributes, or its creator, may stand."""
    places = {(group, element) for group, _, element in _homes()}
    creators = {group << 16 | block for group, _ in places for block in _BLOCKS}
    values = {group << 16 | block << 8 | element for group, element in places for block in _BLOCKS}
    return frozenset(creators | values)


def known_part(dataset: Dataset) -> Dataset:
    """Return a data set with the known private attributes and their creators only."""
    kept = Dataset()
    for tag in possible_tags().intersection(dataset.keys()):
        kept[tag] = dataset.get_item(tag)
    return kept


def private_places(dataset: Dataset) -> Iterator[tuple[int, int | None]]:
    """Yield (tag, home tag) of the private elements of a data set; None: a foreign creator's.

    An element whose creator was lost stands for what its home tag says.
    """
    for key in dataset.keys():  # noqa: SIM118 - without, pydicom decodes every element
        tag = int(key)
        block = tag >> 8 & 0xFF
        if not tag >> 16 & 1 or block not in _BLOCKS:
            continue
        creator = _creator(dataset, tag & 0xFFFF0000 | block)
        yield tag, tag if not creator else _homes().get((tag >> 16, creator.upper(), tag & 0xFF))


def _creator(dataset: Dataset, tag: int) -> str:
    try:
        return str(dataset[tag].value or "").strip(" \0") if tag in dataset else ""
    except Exception:  # pydicom raises many kinds on broken values; none may stop a scan
        return ""
