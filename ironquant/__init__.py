"""IronQuant: T2*/R2* iron quantification of heart and liver from multi-echo gradient-echo MRI.

The public names are loaded when first used, so that ``import ironquant`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "analyze": "analysis",
    "propose": "analysis",
    "fit": "fitting",
    "deidentify": "dicom.deid",
    "DeidentifyOptions": "dicom.deid",
    "read_examination": "dicom",
    "scan": "dicom",
    "load_settings": "iron",
    "open_case": "case",
    "save_case": "case",
    "CancelToken": "core",
    "FitStatus": "core",
    "IronQuantError": "core",
    "Organ": "core",
    "Reading": "core",
    "Settings": "core",
}

__all__ = [*_PUBLIC, "__version__"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("ironquant.core").SOFTWARE_VERSION
    if name in _PUBLIC:
        return getattr(importlib.import_module(f"ironquant.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module 'ironquant' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
