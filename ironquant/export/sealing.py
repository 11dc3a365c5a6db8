"""What makes a report verifiable: its numbers inside the PDF, and their code on page 1.

`seal` attaches ``analysis.json`` and draws the code. The attachment is an associated file with the
relationship *Data*. PDF/A-2 allows attachments only if they are PDF/A themselves; PDF/A-3 allows any. So
a document that says it is PDF/A-2 says PDF/A-3 afterwards, with the same level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ironquant.core import InputError
from ironquant.export.reportcode import ReportCode, code_bars, report_code

if TYPE_CHECKING:
    import pikepdf

ATTACHMENT: Final = "analysis.json"
_DRAWN: Final = "/IronQuantCode"
"""Name of the drawing of the code on page 1."""
_TOLD: Final = "/IronQuantCode"
"""Name of the code in the document information."""
_STATE: Final = "/IronQuantState"
"""Name of the state of the report there."""
_PART: Final = re.compile(rb"""(<pdfaid:part\b[^>]*>\s*|\bpdfaid:part\s*=\s*["'])2(\s*<|["'])""")
"""The part of PDF/A in XMP data, as an element or as an attribute."""
_EPOCH: Final = "D:20000101000000Z"
"""Date of what has none, so that the same numbers give the same bytes."""


@dataclass(frozen=True)
class Seal:
    """What a PDF tells of its numbers.

    Attributes
    ----------
    analysis_json : bytes or None
        The attachment; None where there is none, or more than one.
    n_attachments : int
    told : str
        The code in the document information; empty: none.
    drawn : bytes
        The drawing of the code on page 1; empty: none.
    state : str
        Of the report; empty: it does not say.
    """

    analysis_json: bytes | None
    n_attachments: int
    told: str
    drawn: bytes
    state: str = ""


def seal(
    pdf: bytes, analysis_json: bytes, place: tuple[float, float, float, float], *, state: str = ""
) -> bytes:
    """Attach ``analysis.json`` to a report and draw its code on page 1; the same bytes for the same input.

    Parameters
    ----------
    pdf : bytes
        A report that nobody has signed.
    analysis_json : bytes
    place : tuple of float
        Of the code: left, bottom, width and height in points from the lower left corner of the page.
    state : str
        Of the report: who may sign it, and what may take its place, depends on it.

    Raises
    ------
    InputError
        ``analysis_unreadable``, ``pdf_unreadable``.
    """
    import pikepdf

    code = report_code(analysis_json)
    with _opened(pdf) as document:
        page = document.pages[0]
        drawing = pikepdf.Stream(
            document,
            code_stream(code),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 1, 1],
            Resources=pikepdf.Dictionary(),
        )
        name = page.add_resource(document.make_indirect(drawing), pikepdf.Name.XObject, pikepdf.Name(_DRAWN))
        left, bottom, width, height = place
        matrix = f"{width:g} 0 0 {height:g} {left:g} {bottom:g}"
        page.contents_add(f"/Artifact BMC q {matrix} cm {name} Do Q EMC".encode())
        _attach(document, analysis_json)
        document.docinfo[pikepdf.Name(_TOLD)] = code.payload
        if state:
            document.docinfo[pikepdf.Name(_STATE)] = state
        _say_part_3(document)
        out = BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def read_seal(pdf: bytes) -> Seal:
    """Return what a PDF tells of its numbers.

    Raises
    ------
    InputError
        ``pdf_unreadable``.
    """
    import pikepdf

    with _opened(pdf) as document:
        try:
            found = document.attachments
            state = str(document.docinfo.get(_STATE, ""))
            if ATTACHMENT not in found:
                return Seal(None, len(found), "", b"", state)
            # Readers differ in which of its entries they open.
            files = [entry.read_bytes() for entry in found[ATTACHMENT].obj.EF.as_dict().values()]
            single = list(found) == [ATTACHMENT] and len(set(files)) == 1
            told = str(document.docinfo.get(_TOLD, ""))
            images: Any = document.pages[0].resources.get("/XObject", pikepdf.Dictionary())
            drawn = images[_DRAWN].read_bytes() if _DRAWN in images else b""
        except (pikepdf.PdfError, AttributeError, TypeError, ValueError, KeyError, IndexError):
            raise InputError("pdf_unreadable") from None
        return Seal(files[0] if single else None, len(found), told, drawn, state)


def page_width(pdf: bytes) -> float:
    """Return the width of page 1 in points.

    Raises
    ------
    InputError
        ``pdf_unreadable``.
    """
    with _opened(pdf) as document:
        box: Any = document.pages[0].mediabox
        return float(box[2] - box[0])


def code_stream(code: ReportCode) -> bytes:
    """Return the drawing of a code in PDF operators, within a square of side 1."""
    n_modules, bars = code_bars(code)
    lines = [f"{1 / n_modules:.8f} 0 0 {-1 / n_modules:.8f} 0 1 cm 0 0 0 rg"]
    lines += [f"{column} {row} {length} 1 re" for column, row, length in bars]
    return "\n".join([*lines, "f"]).encode()


def _opened(pdf: bytes) -> pikepdf.Pdf:
    import pikepdf

    try:
        document = pikepdf.open(BytesIO(pdf))
    except (pikepdf.PdfError, ValueError):
        raise InputError("pdf_unreadable") from None
    if not len(document.pages):
        raise InputError("pdf_unreadable")
    return document


def _attach(document: pikepdf.Pdf, analysis_json: bytes) -> None:
    import pikepdf

    date = str(document.docinfo.get("/CreationDate", _EPOCH))
    file = pikepdf.AttachedFileSpec(
        document,
        analysis_json,
        filename=ATTACHMENT,
        description="Numbers of this report (ironquant.analysis/1)",
        mime_type="application/json",
        creation_date=date,
        mod_date=date,
        relationship=pikepdf.Name.Data,
    )
    document.attachments[ATTACHMENT] = file
    document.Root.AF = pikepdf.Array([file.obj])


def _say_part_3(document: pikepdf.Pdf) -> None:
    """Say PDF/A-3 in the XMP data of a document that said PDF/A-2."""
    metadata: Any = document.Root.get("/Metadata")
    if metadata is None:
        return
    metadata.write(_PART.sub(rb"\g<1>3\g<2>", metadata.read_bytes()))
