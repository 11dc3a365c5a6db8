"""The work behind the dialogs of reports: plain functions that run in a pool thread and touch no widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ironquant.core import CancelToken, Finding, InputError, Progress
from ironquant.gui.loading import load
from ironquant.gui.saving import Order, Saved, save_results
from ironquant.resources import message, text
from ironquant.signing.roles import Role

if TYPE_CHECKING:
    from ironquant.gui.reporting.finish_dialog import Wish
    from ironquant.signing import Certificate, Hand, Signed

_SIGNING = ("ironquant.export.report", "ironquant.signing.filing", "ironquant.signing.words")


@dataclass(frozen=True)
class Checked:
    """A report that was verified, in words.

    Attributes
    ----------
    state : str
        Of the report; empty: it does not say.
    signers : tuple of (str, str)
        Who signed, when and as what; fingerprint of the certificate.
    changes, doubts : tuple of str
        What was changed; what else stands against it, or is good to know.
    missing : Role or None
        Who has still to sign; None: nobody, or the report is not to be signed.
    """

    path: Path
    verified: bool
    state: str
    signers: tuple[tuple[str, str], ...]
    numbers: str
    changes: tuple[str, ...]
    doubts: tuple[str, ...]
    missing: Role | None


def finish(order: Order, wish: Wish, progress: Progress, cancel: CancelToken) -> tuple[Saved, str]:
    """Write all results, and sign the report; return what was written and the name of the signer.

    A key that does not fit is refused before anything is written.
    """
    load(*_SIGNING)
    from ironquant.signing import require_usable, sign_report

    if wish.hand is not None:
        require_usable(wish.hand, Role.READER)
    settings = replace(
        order.settings, languages=(wish.lang,), report=replace(order.settings.report, paper=wish.paper)
    )
    reading = replace(order.reading, reader=wish.reader, reviewer=wish.reviewer)
    wanted = replace(order, settings=settings, reading=reading)
    saved = save_results(
        wanted, wish.folder, wish.lang, progress, cancel, state=wish.state, reason=wish.reason
    )
    if wish.hand is None:
        return saved, ""
    return saved, sign_report(saved.path / "report.pdf", Role.READER, wish.hand).name


def sign(report: Path, role: Role, hand: Hand, progress: Progress, cancel: CancelToken) -> Signed:
    """Sign a report where it lies."""
    load(*_SIGNING)
    from ironquant.signing import sign_report

    progress(0.0, "sign")
    return sign_report(report, role, hand)


def verify(report: Path, lang: str, progress: Progress, cancel: CancelToken) -> Checked:
    """Say who signed a report, and whether it is as it was; makes no connection."""
    load(*_SIGNING)
    from ironquant.export.sealing import read_seal
    from ironquant.signing import own_certificates, signature_words, verify_pdf

    progress(0.0, "verify")
    try:
        pdf = report.read_bytes()
    except OSError:
        raise InputError("unreadable_file", file=str(report), reason="reason_access") from None
    found = verify_pdf(pdf, own_certificates())
    signed = [check.role for check in found.signatures]
    open_ = [] if found.changes else [role for role in Role if role not in signed]
    return Checked(
        report,
        found.verified,
        read_seal(pdf).state,
        tuple(signature_words(check, lang) for check in found.signatures),
        "" if found.code is None else text("signing", "numbers", lang, **vars(found.code)),
        _words(found.changes, lang),
        _words(found.doubts, lang),
        open_[0] if open_ else None,
    )


def make_key(
    file: Path, name: str, organisation: str, passphrase: str, progress: Progress, cancel: CancelToken
) -> Certificate:
    """Make a key, and pin its certificate on this computer."""
    load(*_SIGNING)
    from ironquant.signing import pin_certificate, write_key

    pem, certificate = write_key(file, name, lambda: passphrase, organisation=organisation)
    pin_certificate(pem)
    return certificate


def _words(findings: tuple[Finding, ...], lang: str) -> tuple[str, ...]:
    return tuple(message(finding.code, finding.params, lang) for finding in findings)
