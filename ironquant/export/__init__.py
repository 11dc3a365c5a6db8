"""What leaves the program: report, analysis.json, maps and regions.

The names are handed on when they are first used, so that a table of numbers does not load the PDF
library.
"""

from typing import TYPE_CHECKING

from ironquant.core.lazily import lazily

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
    from ironquant.export.reportcode import study_folder
    from ironquant.export.results import Results, write_results

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

__getattr__ = lazily(
    __name__,
    {
        "contract": ("SCHEMA_ID", "AnalysisDocument"),
        "document": ("to_document", "to_json", "write_json"),
        "fitmaps": ("FitRecord", "write_fit"),
        "fonts": ("missing_glyphs",),
        "listing": ("INFO_SCHEMA_ID", "InfoDocument", "to_info"),
        "nifti": ("affine_ras", "region_path", "write_maps", "write_volumes"),
        "numbers": (
            "UNITS",
            "format_graded",
            "format_interval",
            "format_number",
            "format_r_squared",
            "format_value",
        ),
        "report": ("write_report",),
        "reportcode": ("study_folder",),
        "results": ("Results", "write_results"),
    },
)
