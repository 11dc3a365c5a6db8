"""Who signs a report: first the reader, then the reviewer."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role, in the order in which they sign."""

    READER = "reader"
    REVIEWER = "reviewer"

    @property
    def field(self) -> str:
        """Name of the signature field in the PDF."""
        return f"IronQuant{self.value.capitalize()}"

    @classmethod
    def of_field(cls, name: str) -> Role | None:
        """Return the role that a signature field is for; None for a field that is none of ours."""
        return next((role for role in cls if role.field == name), None)
