"""A verification in words, as terminal and window say it."""

from __future__ import annotations

from ironquant.resources import term, text
from ironquant.signing.keys import shown_fingerprint
from ironquant.signing.verification import SignatureCheck


def signature_words(check: SignatureCheck, lang: str) -> tuple[str, str]:
    """Return who signed, when and in which role; and the fingerprint of the certificate."""
    holder = check.certificate
    name = f"{holder.name} ({holder.organisation})" if holder.organisation else holder.name
    time = text("signing", "time_unknown", lang)
    if check.signed_at is not None:
        time = check.signed_at.isoformat(sep=" ", timespec="seconds")
    clock = text("signing", "clock_signer" if check.time_source == "signer" else "clock_stamp", lang)
    role = term(f"role_{check.role or 'unknown'}", lang)
    shown = shown_fingerprint(holder.fingerprint)
    return (
        text("signing", "signed_by", lang, role=role, name=name, time=time, clock=clock),
        text("signing", "fingerprint", lang, fingerprint=shown),
    )
