"""The contract of ``ironquant verify --json``, ``ironquant.verification/1``."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from ironquant.core.documents import DocumentModel
from ironquant.export.contract import FindingDocument
from ironquant.export.document import findings_document
from ironquant.signing.verification import SignatureCheck, Verification

VERIFICATION_SCHEMA_ID: Final = "ironquant.verification/1"


class SignatureDocument(DocumentModel):
    """One signature."""

    role: Literal["reader", "reviewer"] | None
    """null: of a field that is none of ours."""
    name: str
    """Of the holder of the certificate."""
    organisation: str | None
    certificate_sha256: str
    """Fingerprint of the certificate."""
    signed_at: str | None
    """ISO 8601."""
    time_source: Literal["signer", "time-stamp"]
    """The clock of the signer's computer, or a pinned authority."""
    intact: bool
    """Signature and all that it covers are as they were."""
    trusted: bool
    """The certificate is pinned, or issued by one that is."""


class CodeDocument(DocumentModel):
    """The code of the numbers inside the PDF."""

    report_id: str
    sha256: str
    """Of the canonical JSON (RFC 8785) of analysis.json."""


class VerificationDocument(DocumentModel):
    """What there is to say about a report."""

    schema_: Literal["ironquant.verification/1"] = Field(VERIFICATION_SCHEMA_ID, alias="schema")
    verified: bool
    """Signed by pinned certificates, and nothing was changed."""
    code: CodeDocument | None
    """null: there are no numbers inside."""
    signatures: list[SignatureDocument]
    """In the order in which they were made."""
    findings: list[FindingDocument]


def verification_document(verification: Verification, lang: str = "en") -> VerificationDocument:
    """Return a verification in the form of the contract."""
    code = verification.code
    return VerificationDocument(
        schema=VERIFICATION_SCHEMA_ID,
        verified=verification.verified,
        code=None if code is None else CodeDocument(report_id=code.report_id, sha256=code.sha256),
        signatures=[_signature(entry) for entry in verification.signatures],
        findings=findings_document(verification.findings, lang),
    )


def _signature(check: SignatureCheck) -> SignatureDocument:
    return SignatureDocument(
        role=None if check.role is None else check.role.value,
        name=check.certificate.name,
        organisation=check.certificate.organisation or None,
        certificate_sha256=check.certificate.fingerprint,
        signed_at=None if check.signed_at is None else check.signed_at.isoformat(),
        time_source=check.time_source,
        intact=check.intact,
        trusted=check.trusted,
    )
