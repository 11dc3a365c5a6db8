"""What leaves the program: report, analysis.json, maps and regions.

The names are handed on when they are first used, so that a table of numbers does not load the PDF
library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ironquant.export.contract import SCHEMA_ID, AnalysisDocument
    from ironquant.export.document import to_document, to_json, write_json
    from ironquant.export.fitmaps import FitRecord, write_fit
    from ironquant.export.fonts import missing_glyphs
    from ironquant.export.listing import INFO_SCHEMA_ID, InfoDocument, to_info
    from ironquant.export.nifti import affine_ras, region_path, write_maps, write_volumes
    from ironquant.export.numbers import (
        UNITS,
        format_graded,
        format_interval,
        format_number,
        format_r_squared,
        format_value,
    )
    from ironquant.export.report import write_report
    from ironquant.export.results import Results, study_folder, write_results

__all__ = [
    "INFO_SCHEMA_ID",
    "SCHEMA_ID",
    "UNITS",
    "AnalysisDocument",
    "FitRecord",
    "InfoDocument",
    "Results",
    "affine_ras",
    "format_graded",
    "format_interval",
    "format_number",
    "format_r_squared",
    "format_value",
    "missing_glyphs",
    "region_path",
    "study_folder",
    "to_document",
    "to_info",
    "to_json",
    "write_fit",
    "write_json",
    "write_maps",
    "write_report",
    "write_results",
    "write_volumes",
]

_HOMES = {
    "SCHEMA_ID": "contract",
    "AnalysisDocument": "contract",
    "to_document": "document",
    "to_json": "document",
    "write_json": "document",
    "FitRecord": "fitmaps",
    "write_fit": "fitmaps",
    "missing_glyphs": "fonts",
    "INFO_SCHEMA_ID": "listing",
    "InfoDocument": "listing",
    "to_info": "listing",
    "affine_ras": "nifti",
    "region_path": "nifti",
    "write_maps": "nifti",
    "write_volumes": "nifti",
    "UNITS": "numbers",
    "format_graded": "numbers",
    "format_interval": "numbers",
    "format_number": "numbers",
    "format_r_squared": "numbers",
    "format_value": "numbers",
    "write_report": "report",
    "Results": "results",
    "study_folder": "results",
    "write_results": "results",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
