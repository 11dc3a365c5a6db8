"""Findings: what was noticed, as a code with parameters; prose is rendered at the border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Severity = Literal["info", "warning", "error"]
ParamValue = str | int | float | bool | None | tuple[str | int | float, ...]

SEVERITY_RANK: Mapping[Severity, int] = MappingProxyType({"info": 0, "warning": 1, "error": 2})


@dataclass(frozen=True)
class Finding:
    """One thing noticed about the input, the measurement or the result.

    Attributes
    ----------
    code : str
        Stable code of the documented table (``resources/texts/{lang}.toml``, section ``findings``).
    severity : {"info", "warning", "error"}
        ``error``: no answer; ``warning``: doubtful answer; ``info``: good to know.
    params : mapping
        Values for the text; numbers stay numbers.
    where : str
        What it belongs to: a file, ``heart``, ``liver``, a series description; empty: everything.
    """

    code: str
    severity: Severity
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    where: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}: {shown}" if shown else self.code

    def __hash__(self) -> int:
        return hash((self.code, self.severity, tuple(sorted(self.params.items(), key=str)), self.where))

    def __reduce__(self) -> tuple[type[Finding], tuple[str, Severity, dict[str, ParamValue], str]]:
        return Finding, (self.code, self.severity, dict(self.params), self.where)
