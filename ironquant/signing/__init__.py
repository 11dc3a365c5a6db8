"""Signatures of reader and reviewer on a report, and their verification.

The names are handed on when they are first used: the libraries of cryptography take a moment to load.
"""

from typing import TYPE_CHECKING

from ironquant.core.lazily import lazily

if TYPE_CHECKING:
    from ironquant.signing.appending import sign_pdf
    from ironquant.signing.contract import VERIFICATION_SCHEMA_ID, VerificationDocument, verification_document
    from ironquant.signing.filing import Signed, require_usable, sign_report, write_key
    from ironquant.signing.hand import Hand
    from ironquant.signing.keys import (
        Certificate,
        new_key,
        open_key,
        own_certificates,
        pin_certificate,
        read_certificates,
        shown_fingerprint,
    )
    from ironquant.signing.roles import Role
    from ironquant.signing.verification import SignatureCheck, Verification, verify_pdf
    from ironquant.signing.words import signature_words

__all__ = [
    "VERIFICATION_SCHEMA_ID",
    "Certificate",
    "Hand",
    "Role",
    "SignatureCheck",
    "Signed",
    "Verification",
    "VerificationDocument",
    "new_key",
    "open_key",
    "own_certificates",
    "pin_certificate",
    "read_certificates",
    "require_usable",
    "shown_fingerprint",
    "sign_pdf",
    "sign_report",
    "signature_words",
    "verification_document",
    "verify_pdf",
    "write_key",
]

__getattr__ = lazily(
    __name__,
    {
        "appending": ("sign_pdf",),
        "contract": ("VERIFICATION_SCHEMA_ID", "VerificationDocument", "verification_document"),
        "filing": ("Signed", "require_usable", "sign_report", "write_key"),
        "hand": ("Hand",),
        "keys": (
            "Certificate",
            "new_key",
            "open_key",
            "own_certificates",
            "pin_certificate",
            "read_certificates",
            "shown_fingerprint",
        ),
        "roles": ("Role",),
        "verification": ("SignatureCheck", "Verification", "verify_pdf"),
        "words": ("signature_words",),
    },
)
