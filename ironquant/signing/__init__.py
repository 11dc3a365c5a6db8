"""Signatures of reader and reviewer on a report, and their verification.

The names are handed on when they are first used: the libraries of cryptography take a moment to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOMES = {
    "sign_pdf": "appending",
    "VERIFICATION_SCHEMA_ID": "contract",
    "VerificationDocument": "contract",
    "verification_document": "contract",
    "Hand": "hand",
    "Signed": "filing",
    "sign_report": "filing",
    "require_usable": "filing",
    "signature_words": "words",
    "pin_certificate": "keys",
    "write_key": "filing",
    "Certificate": "keys",
    "new_key": "keys",
    "open_key": "keys",
    "own_certificates": "keys",
    "read_certificates": "keys",
    "shown_fingerprint": "keys",
    "Role": "roles",
    "SignatureCheck": "verification",
    "Verification": "verification",
    "verify_pdf": "verification",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
