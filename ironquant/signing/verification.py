"""Who signed a report, when, in which role; and whether anything was changed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal

from ironquant.core import Finding, InputError
from ironquant.export.reportcode import ReportCode, report_code
from ironquant.export.sealing import code_stream, read_seal
from ironquant.signing.container import container_is_clean, padding_is_clean
from ironquant.signing.keys import Certificate
from ironquant.signing.roles import Role

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

_PADES: Final = "/ETSI.CAdES.detached"

for _name in ("pyhanko", "pyhanko_certvalidator"):  # what they have to say stands in our findings
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True)
class SignatureCheck:
    """One signature.

    Attributes
    ----------
    role : Role or None
        None: of a field that is none of ours.
    certificate : Certificate
        Of the signer.
    signed_at : datetime or None
    time_source : {"signer", "time-stamp"}
        The clock of the signer's computer, or a time stamp whose authority is pinned.
    intact : bool
        Whether the signature and all that it covers are as they were, and only later signatures follow.
    trusted : bool
        Whether the certificate is pinned, or issued by one that is.
    """

    role: Role | None
    certificate: Certificate
    signed_at: dt.datetime | None
    time_source: Literal["signer", "time-stamp"]
    intact: bool
    trusted: bool


@dataclass(frozen=True)
class Verification:
    """What there is to say about a report.

    Attributes
    ----------
    code : ReportCode or None
        Of the numbers inside the PDF; None where there are none.
    signatures : tuple of SignatureCheck
        In the order in which they were made.
    changes : tuple of Finding
        What is not as it was made and signed.
    doubts : tuple of Finding
        What else stands against it (no signature, no pinned certificate), and what is good to know.
    """

    code: ReportCode | None
    signatures: tuple[SignatureCheck, ...]
    changes: tuple[Finding, ...]
    doubts: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that there is to say."""
        return (*self.changes, *self.doubts)

    @property
    def verified(self) -> bool:
        """Whether it is signed by pinned certificates and nothing was changed."""
        return bool(self.signatures) and all(entry.severity != "error" for entry in self.findings)


def verify_pdf(pdf: bytes, trust: Iterable[x509.Certificate] = ()) -> Verification:
    """Check signatures, numbers and code of a report. No connection is made.

    Parameters
    ----------
    pdf : bytes
    trust : iterable of certificates
        Pinned: those of the signers themselves, of the authority that issued them, of the time stamps.
    """
    code, changes = _numbers(pdf)
    pinned = tuple(trust)
    try:
        signatures, broken, doubts = _signatures(pdf, pinned)
    except Exception:  # a damaged file may raise anything in a library that reads PDF
        return Verification(code, (), (*changes, Finding("signature_unreadable", "error")), ())
    return Verification(code, signatures, (*changes, *broken), doubts)


def _numbers(pdf: bytes) -> tuple[ReportCode | None, tuple[Finding, ...]]:
    """Return the code of the numbers inside, and where it is not the one that is told and drawn."""
    try:
        found = read_seal(pdf)
        if found.analysis_json is None:
            return None, (Finding("attachment_missing", "error", {"n": found.n_attachments}),)
        code = report_code(found.analysis_json)
    except InputError as error:
        return None, (error.finding,)
    except Exception:  # a damaged file may raise anything in a library that reads PDF
        return None, (Finding("pdf_unreadable", "error"),)
    differs = []
    if found.told != code.payload:
        differs.append(Finding("attachment_not_of_code", "error"))
    if found.drawn != code_stream(code):
        differs.append(Finding("attachment_not_of_drawn_code", "error"))
    return code, tuple(differs)


def _signatures(
    pdf: bytes, pinned: Sequence[x509.Certificate]
) -> tuple[tuple[SignatureCheck, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(pdf), strict=True)
    embedded = list(reader.embedded_signatures)
    if not embedded:
        return (), (), (Finding("signature_missing", "error"),)
    changes: list[Finding] = []
    if reader.xrefs.total_revisions != 1 + len(embedded):
        changes.append(Finding("signature_followed", "error"))
    checks = []
    for number, signature in enumerate(embedded, start=1):
        check, broken = _checked(pdf, signature, number, number == len(embedded), pinned)
        checks.append(check)
        changes += broken
    roles = [check.role for check in checks]
    if roles != list(Role)[: len(roles)]:
        changes.append(Finding("signature_roles", "error"))
    return tuple(checks), tuple(changes), tuple(_doubts(checks))


def _checked(
    pdf: bytes, signature: EmbeddedPdfSignature, number: int, last: bool, pinned: Sequence[x509.Certificate]
) -> tuple[SignatureCheck, tuple[Finding, ...]]:
    certificate = Certificate.of(signature.signer_cert)
    claimed = signature.self_reported_timestamp
    status = _status(signature, pinned, claimed)
    role = Role.of_field(signature.field_name)
    broken = []
    told = {"role": f"role_{role or 'unknown'}", "name": certificate.name}
    if not (status.intact and status.valid and _is_stamped_well(status)):
        broken.append(Finding("signature_broken", "error", told))
    elif not _covers(signature, status, number, last):
        broken.append(Finding("signature_followed", "error"))
    if signature.sig_object.get("/SubFilter") != _PADES:
        broken.append(Finding("signature_not_pades", "error", told))
    if not (padding_is_clean(pdf, signature.byte_range) and container_is_clean(signature.pkcs7_content)):
        broken.append(Finding("signature_padding", "error", told))
    if certificate.role not in (None, role):
        broken.append(Finding("signature_role_of_key", "error", told))
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.trusted
    check = SignatureCheck(
        role=role,
        certificate=certificate,
        signed_at=stamp.timestamp if stamp is not None and stamped else claimed,
        time_source="time-stamp" if stamped else "signer",
        intact=not broken,
        trusted=bool(status.trusted),
    )
    return check, tuple(broken)


def _status(
    signature: EmbeddedPdfSignature, pinned: Sequence[x509.Certificate], moment: dt.datetime | None
) -> PdfSignatureStatus:
    """Return what the library makes of a signature, as of the time at which it was made."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    def context() -> ValidationContext:
        return ValidationContext(
            trust_roots=pinned, moment=moment or dt.datetime.now(dt.UTC), allow_fetching=False
        )

    return validate_pdf_signature(
        signature, signer_validation_context=context(), ts_validation_context=context()
    )


def _is_stamped_well(status: Any) -> bool:
    stamp = status.timestamp_validity
    return stamp is None or bool(stamp.intact and stamp.valid)


def _covers(signature: EmbeddedPdfSignature, status: Any, number: int, last: bool) -> bool:
    """Whether a signature covers its whole revision, or the whole file, and only signatures follow."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    needed = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
    allowed = ModificationLevel.NONE if last else ModificationLevel.FORM_FILLING
    return bool(
        status.coverage >= needed
        and status.modification_level <= allowed
        and status.docmdp_ok
        and signature.signed_revision == number
    )


def _doubts(checks: Iterable[SignatureCheck]) -> Iterable[Finding]:
    signed = list(checks)
    for check in signed:
        told: dict[str, Any] = {"role": f"role_{check.role or 'unknown'}", "name": check.certificate.name}
        if check.signed_at is None or not check.certificate.valid_at(check.signed_at):
            yield Finding("signature_outside_validity", "error", told)
        elif check.intact and not check.trusted:
            yield Finding("signature_not_pinned", "error", told)
    if len({check.certificate.fingerprint for check in signed}) < len(signed):
        yield Finding("signature_same_key", "error")
    if all(check.role != Role.REVIEWER for check in signed):
        yield Finding("signature_not_reviewed", "warning")
