"""`ironquant sign` and `ironquant keygen`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.passphrase import FILE_HELP, passphrase_from
from ironquant.cli.say import finding_line, terminal_language
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
    """Sign a report as reader or reviewer: a PAdES revision is appended, in one step.

    After the reviewer, the DICOM objects beside the report are written anew as verified.
    """
    from ironquant.resources import term, text
    from ironquant.signing import Hand, sign_report

    hand = Hand(key, passphrase_from(passphrase_file), image, tsa or "")
    done = sign_report(report, role, hand, out)
    lang = terminal_language()
    typer.echo(
        text("signing", "signed", lang, role=term(f"role_{role}", lang), name=done.name, file=done.file)
    )
    for file in done.objects:
        typer.echo(text("signing", "verified_object", lang, file=file))
    for finding in done.findings:
        typer.echo(finding_line(finding, lang), err=True)


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
    from ironquant.resources import text
    from ironquant.signing import shown_fingerprint, write_key

    asked = passphrase_from(passphrase_file, twice=True)
    pem, certificate = write_key(file, name, asked, organisation=organisation, role=role, years=years)
    lang, print_ = terminal_language(), shown_fingerprint(certificate.fingerprint)
    typer.echo(text("signing", "key_written", lang, file=file))
    typer.echo(text("signing", "certificate_written", lang, file=pem))
    typer.echo(text("signing", "compare_fingerprint", lang, fingerprint=print_))
