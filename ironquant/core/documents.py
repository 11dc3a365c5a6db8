"""The base of every JSON document; apart from the rest of `core`, since pydantic is slow to import."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ironquant.core.findings import Finding, Severity


class DocumentModel(BaseModel):
    """What all parts of a contract share: exactly their keys, no NaN, docstrings as descriptions."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


class KeptFindingDocument(DocumentModel):
    """A finding as it is kept, without words."""

    code: str
    severity: Severity
    params: dict[str, Any] = Field(default_factory=dict)
    where: str = ""

    @classmethod
    def of(cls, finding: Finding) -> KeptFindingDocument:
        """Return a finding as a document."""
        params = {key: plain_value(value) for key, value in finding.params.items()}
        return cls(code=finding.code, severity=finding.severity, params=params, where=finding.where)

    def finding(self) -> Finding:
        """Return the finding."""
        params = {
            key: tuple(value) if isinstance(value, list) else value for key, value in self.params.items()
        }
        return Finding(self.code, self.severity, params, self.where)


def sound_text(text: Any) -> Any:
    """Replace halves of characters, which a paste or a file name may hold and no JSON can."""
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else text
    )


Words = Annotated[str, BeforeValidator(sound_text)]
"""Text from outside."""


def plain_value(value: Any) -> Any:
    """Return a parameter of a finding as JSON holds it: NumPy's numbers as plain ones, None for NaN."""
    if isinstance(value, tuple | list):
        return [plain_value(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):  # NumPy's float64 is a float too
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, int) else sound_text(str(value))
