"""`ironquant sign` and `ironquant keygen`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.passphrase import FILE_HELP, passphrase_from
from ironquant.cli.say import terminal_language
from ironquant.signing.roles import Role


def sign(
    report: Annotated[Path, typer.Argument(help="A report: report.pdf.")],
    role: Annotated[Role, typer.Option(help="Who signs; the reader first.")],
    key: Annotated[
        str, typer.Option(help="PKCS#12 file, or NAME:ADDRESS for a key that another package brings.")
    ],
    image: Annotated[Path | None, typer.Option(help="Picture of the signature by hand (PNG, JPEG).")] = None,
    tsa: Annotated[
        str | None,
        typer.Option(
            envvar="IRONQUANT_TSA", help="URL of a time stamp service; without it, no connection is made."
        ),
    ] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help=FILE_HELP)] = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the signed report; without it, the report itself.")
    ] = None,
) -> None:
    """Sign a report as reader or reviewer: a PAdES revision is appended, in one step."""
    from ironquant.core import InputError, SigningError, write_bytes_atomic
    from ironquant.resources import term, text
    from ironquant.signing import Certificate, open_key, sign_pdf

    pdf = _read(report, InputError("unreadable_file", file=str(report), reason="reason_access"))
    hand = None if image is None else _read(image, SigningError("signature_image_unreadable"))
    signer = open_key(key, passphrase_from(passphrase_file))
    stamper = None
    if tsa:
        from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

        stamper = HTTPTimeStamper(tsa)
    signed = sign_pdf(pdf, signer, role, image=hand, timestamper=stamper)
    target = write_bytes_atomic(out or report, signed)
    lang = terminal_language()
    name = Certificate.of(signer.signing_cert).name
    typer.echo(text("signing", "signed", lang, role=term(f"role_{role}", lang), name=name, file=target))


def keygen(
    file: Annotated[
        Path, typer.Argument(help="File for the key: NAME.p12; the certificate goes to NAME.pem.")
    ],
    name: Annotated[str, typer.Option(help="Name of the physician, as it shall stand in the signature.")],
    organisation: Annotated[str, typer.Option(help="Hospital or centre.")] = "",
    role: Annotated[Role | None, typer.Option(help="The only role that the key may sign in.")] = None,
    years: Annotated[int, typer.Option(min=1, max=30, help="How long it is valid.")] = 10,
    passphrase_file: Annotated[Path | None, typer.Option(help=FILE_HELP)] = None,
) -> None:
    """Make a key of your own to sign with, for a centre without a certificate authority."""
    from ironquant.core import SigningError, write_atomic, write_bytes_atomic
    from ironquant.resources import text
    from ironquant.signing import Certificate, new_key, read_certificates, shown_fingerprint

    certificate = file.with_suffix(".pem")
    for target in (file, certificate):
        if target.exists():
            raise SigningError("key_exists", file=str(target))
    asked = passphrase_from(passphrase_file, twice=True)()
    p12, pem = new_key(name, asked, organisation=organisation, role=role, years=years)

    def write(temporary: Path) -> None:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(p12)

    write_atomic(file, write)
    write_bytes_atomic(certificate, pem)
    (written,) = read_certificates((certificate,))
    lang, print_ = terminal_language(), shown_fingerprint(Certificate.of(written).fingerprint)
    typer.echo(text("signing", "key_written", lang, file=file))
    typer.echo(text("signing", "certificate_written", lang, file=certificate))
    typer.echo(text("signing", "compare_fingerprint", lang, fingerprint=print_))


def _read(file: Path, error: Exception) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise error from None
