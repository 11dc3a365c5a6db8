"""Sign a report where it lies: the file itself, and what belongs to it in the archive."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ironquant.core import (
    Finding,
    InputError,
    OutputError,
    SigningError,
    write_atomic,
    write_bytes_atomic,
)
from ironquant.export.dicomobjects.verified import Verifier, write_verified
from ironquant.export.issuing import ANALYSIS
from ironquant.export.sealing import read_seal
from ironquant.signing.appending import certificate_of, require_own, sign_pdf
from ironquant.signing.hand import Hand
from ironquant.signing.keys import (
    VALID_YEARS,
    AskPassphrase,
    Certificate,
    new_key,
    open_key,
    read_certificates,
)
from ironquant.signing.roles import Role
from ironquant.signing.verification import verify_pdf

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper


@dataclass(frozen=True)
class Signed:
    """A report that was signed.

    Attributes
    ----------
    file : Path
    name : str
        Of the signer.
    objects : tuple of Path
        DICOM objects that were written anew as verified.
    findings : tuple of Finding
        ``dicom_not_verified`` where they could not be.
    """

    file: Path
    name: str
    objects: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()


def sign_report(report: Path, role: Role, hand: Hand, out: Path | None = None) -> Signed:
    """Append the signature of a role to a report, in one step.

    Once the reviewer has signed, measurements and report are written anew as verified DICOM objects, if
    those of this report lie in the folder ``dicom`` beside it.

    Parameters
    ----------
    out : Path, optional
        File for the signed report; without it, the report itself.

    Raises
    ------
    SigningError
        As of `open_key` and `sign_pdf`.
    InputError
        ``unreadable_file``.
    OutputError
        If the report cannot be written.
    """
    pdf = _read(report, InputError("unreadable_file", file=str(report), reason="reason_access"))
    image = None if hand.image is None else _read(hand.image, SigningError("signature_image_unreadable"))
    signer = open_key(hand.key, hand.passphrase)
    signed = sign_pdf(pdf, signer, role, image=image, timestamper=_stamper(hand.tsa))
    file = write_bytes_atomic(out or report, signed)
    name = certificate_of(signer).name
    if role != Role.REVIEWER:
        return Signed(file, name)
    try:
        return Signed(file, name, _verified_objects(report.parent, signed))
    except OutputError as error:
        reason = str(error.finding.params.get("reason", ""))
        return Signed(file, name, (), (Finding("dicom_not_verified", "warning", {"reason": reason}),))


def require_usable(hand: Hand, role: Role) -> None:
    """Refuse what could not sign in a role, before anything is written that is to be signed.

    Raises
    ------
    SigningError
        As of `open_key`; ``sign_role_of_key``, ``sign_key_expired``, ``signature_image_unreadable``.
    """
    if hand.image is not None:
        _read(hand.image, SigningError("signature_image_unreadable"))
    certificate = certificate_of(open_key(hand.key, hand.passphrase))
    require_own(certificate, role, dt.datetime.now().astimezone())


def write_key(
    file: Path,
    name: str,
    passphrase: AskPassphrase,
    *,
    organisation: str = "",
    role: Role | None = None,
    years: int = VALID_YEARS,
) -> tuple[Path, Certificate]:
    """Make a key as of `new_key`, and write it where only its owner reads it.

    Returns
    -------
    Path, Certificate
        The certificate to hand out (``NAME.pem`` beside the key), and what it says.

    Raises
    ------
    SigningError
        ``key_exists``, and as of `new_key`.
    OutputError
    """
    certificate = file.with_suffix(".pem")
    for target in (file, certificate):
        if target.exists():
            raise SigningError("key_exists", file=str(target))
    p12, pem = new_key(name, passphrase(), organisation=organisation, role=role, years=years)

    def write(temporary: Path) -> None:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(p12)

    write_atomic(file, write)
    write_bytes_atomic(certificate, pem)
    (written,) = read_certificates((certificate,))
    return certificate, Certificate.of(written)


def _verified_objects(folder: Path, signed: bytes) -> tuple[Path, ...]:
    """Write the objects beside a report anew, if they are of the same numbers."""
    try:
        beside = (folder / ANALYSIS).read_bytes()
    except OSError:
        return ()
    if beside != read_seal(signed).analysis_json:
        return ()
    verifiers = [
        Verifier(entry.certificate.name, entry.certificate.organisation, entry.signed_at)
        for entry in verify_pdf(signed).signatures
        if entry.signed_at is not None
    ]
    return write_verified(folder / "dicom", signed, verifiers)


def _stamper(url: str) -> TimeStamper | None:
    if not url:
        return None
    from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

    return HTTPTimeStamper(url)


def _read(file: Path, error: Exception) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise error from None
