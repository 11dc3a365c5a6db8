"""PDF/A-2b: metadata, output intent and identity of a finished PDF.

What it asks of the pages themselves is kept where they are drawn: embedded fonts, no transparency, RGB.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Final

from ironquant.resources import resource_path

PART, CONFORMANCE = "2", "B"
PROFILE: Final = "srgb.icc"
CONDITION: Final = "sRGB IEC61966-2.1"


def archivable(pdf: bytes, *, title: str, lang: str, creator: str) -> bytes:
    """Return a PDF with the metadata of PDF/A-2b; the same bytes for the same PDF.

    Parameters
    ----------
    pdf : bytes
    title : str
        Shown by viewers instead of the name of the file. It names no patient.
    lang : str
        Language of the text (BCP 47).
    creator : str
        Program and version.
    """
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    with pikepdf.open(BytesIO(pdf)) as document:
        if Name.Info in document.trailer:
            del document.trailer[Name.Info]
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as metadata:
            metadata["dc:title"] = title
            metadata["dc:language"] = {lang}
            metadata["xmp:CreatorTool"] = creator
            metadata["pdf:Producer"] = creator
            metadata["pdfaid:part"] = PART
            metadata["pdfaid:conformance"] = CONFORMANCE
        profile = document.make_stream(_profile(), N=3, Alternate=Name.DeviceRGB)
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String(CONDITION),
            Info=String(CONDITION),
            DestOutputProfile=profile,
        )
        document.Root.OutputIntents = Array([document.make_indirect(intent)])
        document.Root.Lang = String(lang)
        document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        out = BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


@cache
def _profile() -> bytes:
    return resource_path(PROFILE).read_bytes()
