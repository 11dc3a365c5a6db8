"""The report as an Encapsulated PDF."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code
from pydicom.uid import EncapsulatedPDFStorage

from ironquant.export.dicomobjects.codes import code_item, known, short
from ironquant.export.dicomobjects.issue import Issue, reference
from ironquant.export.wording import say
from ironquant.resources import language


def encapsulated_pdf(issue: Issue, report: bytes, lang: str, images: Sequence[Dataset]) -> Dataset:
    """Return a report as an object.

    Parameters
    ----------
    report : bytes
        A PDF.
    lang : str
        Language of the report.
    images : sequence of Dataset
        What it was made of.
    """
    made = issue.new(EncapsulatedPDFStorage, "DOC", "pdf")
    made.ConversionType = "WSD"
    made.BurnedInAnnotation = "YES"
    made.AcquisitionDateTime = ""
    made.DocumentTitle = short(say("title", lang))
    made.ConceptNameCodeSequence = [code_item(known("concept", "document"))]
    tag = language(lang).tag
    made.LanguageCodeSequence = [code_item(Code(tag, "RFC5646", tag))]
    if images:
        made.SourceInstanceSequence = [reference(image) for image in images]
    made.VerificationFlag = "UNVERIFIED"
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(report)
    made.EncapsulatedDocument = report + b"\0" * (len(report) % 2)
    return issue.settled(made)
