"""What happens to each attribute: PS3.15 Table E.1-1, the options taken, and what neither names.

The table comes from dicom-anonymizer (BSD), which ships every edition of it as data; the options stand in
``resources/deidentification.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from pydicom.datadict import dictionary_has_tag, keyword_for_tag, tag_for_keyword

from ironquant.resources import load_table

Action = Literal[
    "keep", "remove", "empty", "dummy", "uid", "inside", "date", "time", "pseudonym", "age", "sex", "words"
]
_TIMED: dict[str, Action] = {"DA": "date", "DT": "date", "TM": "time"}
_CURVES, _OVERLAYS = range(0x5000, 0x5100), range(0x6000, 0x6100)


@dataclass(frozen=True)
class SafePrivate:
    """A private attribute that T2* needs.

    Attributes
    ----------
    content : str
        What its value must be to be safe: ``number``, ``code`` or ``items``.
    home : int
        The tag at which its vendor puts it.
    """

    group: int
    creator: str
    element: int
    home: int
    content: str


@dataclass(frozen=True)
class Rules:
    """The rule table.

    Attributes
    ----------
    chosen : mapping
        Tags that an option decides.
    profile : mapping
        Tags of Table E.1-1.
    """

    chosen: Mapping[int, Action]
    profile: Mapping[int, Action]
    groups: frozenset[int]
    by_vr: Mapping[str, Action]
    class_uids: frozenset[str]
    safe_private: tuple[SafePrivate, ...]

    def action(self, tag: int, vr: str) -> Action:
        """Return what happens to a public attribute."""
        if tag in self.chosen:
            return self.chosen[tag]
        group = tag >> 16
        if group in _CURVES or group in _OVERLAYS or not dictionary_has_tag(tag):
            return "remove"
        if tag in self.profile:  # dates and times: Retain Longitudinal … Modified Dates Option
            return _TIMED.get(vr, self.profile[tag])
        if group in self.groups:
            return "remove"
        if vr == "UI" and self.is_class(tag):
            return "keep"
        return _TIMED.get(vr) or self.by_vr.get(vr, "keep")

    def is_class(self, tag: int) -> bool:
        """Whether a UID names a kind of thing: SOP classes, coding schemes."""
        keyword = keyword_for_tag(tag)
        return keyword.endswith("ClassUID") or keyword in self.class_uids


@cache
def load_rules() -> Rules:
    """Read the rules once."""
    table = load_table("deidentification")
    chosen = {
        _tag(keyword): cast(Action, "keep" if action == "device" else action)
        for action, keywords in table["attributes"].items()
        if action != "class_uids"
        for keyword in keywords
    }
    private = load_table("vendors")["private"]
    return Rules(
        chosen=chosen,
        profile=_profile(table["edition"], table["actions"]),
        groups=frozenset(table["unlisted"]["groups"]),
        by_vr=table["unlisted"]["vr"],
        class_uids=frozenset(table["attributes"]["class_uids"]),
        safe_private=tuple(
            SafePrivate(
                group=row["group"],
                creator=row["creator"],
                element=row["element"],
                home=row["group"] << 16 | row["block"] << 8 | row["element"],
                content=table["safe_private"][name],
            )
            for name, row in private.items()
            if name in table["safe_private"]
        ),
    )


def _profile(edition: str, actions: Mapping[str, Action]) -> dict[int, Action]:
    """Return Table E.1-1 by tag; its repeating groups (curves, overlays) are removed whole."""
    from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector

    columns = dicom_anonymization_database_selector(edition)
    return {
        tag[0] << 16 | tag[1]: action
        for column, action in actions.items()
        for tag in columns[column]
        if len(tag) == 2
    }


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return int(tag)
