"""The base of every JSON document; apart from the rest of `core`, since pydantic is slow to import."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class DocumentModel(BaseModel):
    """What all parts of a contract share: exactly their keys, no NaN, docstrings as descriptions."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )
