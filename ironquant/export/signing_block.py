"""What a report is beside its numbers: its state, who signed it, what it replaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["draft", "preliminary", "final", "amended"]
Role = Literal["reader", "reviewer"]


@dataclass(frozen=True)
class SignedBy:
    """One physician who answers for the report.

    Attributes
    ----------
    role : {"reader", "reviewer"}
    name : str
        As it is printed.
    time : str
        Date and time as they are printed, ``2026-05-17 14:32 +08:00``; empty: a line to write on.
    image : bytes
        Picture of the signature (PNG or JPEG, without transparency); empty: none.
    """

    role: Role
    name: str
    time: str = ""
    image: bytes = b""


@dataclass(frozen=True)
class ChangedValue:
    """A value of the report before and after it was amended.

    Attributes
    ----------
    quantity : str
        ``t2star_ms``, ``iron_mg_per_g`` or ``grade``.
    before, after : str
        Number with unit as printed, or the code of a grade; empty: none.
    """

    organ: str
    quantity: str
    before: str
    after: str


@dataclass(frozen=True)
class Amendment:
    """Why a report replaces an earlier one, and what is different.

    Attributes
    ----------
    version : int
        Of the amended report; the first report is version 1.
    replaces : str
        Id or date of the report before.
    """

    reason: str
    version: int = 2
    replaces: str = ""
    changes: tuple[ChangedValue, ...] = ()


@dataclass(frozen=True)
class Issue:
    """One issue of a report: everything on it that does not come from images and reading.

    Attributes
    ----------
    signed : tuple of SignedBy
        At most one of each role; who is missing leaves a line to write on.
    amendment : Amendment or None
        Needed by the state ``amended``, and by no other.
    report_id : str
        Printed on every page; empty: none.
    reported : str
        Date and time of the report as printed.
    """

    state: State = "draft"
    signed: tuple[SignedBy, ...] = ()
    amendment: Amendment | None = None
    report_id: str = ""
    reported: str = ""

    def __post_init__(self) -> None:
        if (self.state == "amended") != (self.amendment is not None):
            raise ValueError("an amended report, and no other, says what changed and why")
        if len({entry.role for entry in self.signed}) < len(self.signed):
            raise ValueError("a report is signed once in each role")

    def by(self, role: Role) -> SignedBy | None:
        """Return who signed in a role."""
        return next((entry for entry in self.signed if entry.role == role), None)
