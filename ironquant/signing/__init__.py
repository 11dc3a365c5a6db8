"""Signatures of reader and reviewer on a report, and their verification.

The names are handed on when they are first used: the libraries of cryptography take a moment to load.
"""

from typing import TYPE_CHECKING

from ironquant.core.lazily import lazily

if TYPE_CHECKING:
    from ironquant.signing.appending import sign_pdf
    from ironquant.signing.contract import VERIFICATION_SCHEMA_ID, VerificationDocument, verification_document
    from ironquant.signing.keys import (
        Certificate,
        new_key,
        open_key,
        own_certificates,
        read_certificates,
        shown_fingerprint,
    )
    from ironquant.signing.roles import Role
    from ironquant.signing.verification import SignatureCheck, Verification, verify_pdf

__all__ = [
    "VERIFICATION_SCHEMA_ID",
    "Certificate",
    "Role",
    "SignatureCheck",
    "Verification",
    "VerificationDocument",
    "new_key",
    "open_key",
    "own_certificates",
    "read_certificates",
    "shown_fingerprint",
    "sign_pdf",
    "verification_document",
    "verify_pdf",
]

__getattr__ = lazily(
    __name__,
    {
        "appending": ("sign_pdf",),
        "contract": ("VERIFICATION_SCHEMA_ID", "VerificationDocument", "verification_document"),
        "keys": (
            "Certificate",
            "new_key",
            "open_key",
            "own_certificates",
            "read_certificates",
            "shown_fingerprint",
        ),
        "roles": ("Role",),
        "verification": ("SignatureCheck", "Verification", "verify_pdf"),
    },
)
