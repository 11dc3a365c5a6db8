"""`ironquant verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.exits import FAILED, OK
from ironquant.cli.say import finding_line, terminal_language, worst_first


def verify(
    report: Annotated[Path, typer.Argument(help="A signed report.")],
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            help="Certificate to trust (PEM, DER): of a signer, an authority, a time stamp service; repeat "
            "for several. Those in the folder trust beside your settings.toml always count."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (ironquant.verification/1).")] = False,
) -> None:
    """Say who signed a report, when, in which role, and refuse any change; makes no connection."""
    from ironquant.core import InputError
    from ironquant.resources import text
    from ironquant.signing import (
        own_certificates,
        read_certificates,
        signature_words,
        verification_document,
        verify_pdf,
    )

    try:
        pdf = report.read_bytes()
    except OSError:
        raise InputError("unreadable_file", file=str(report), reason="reason_access") from None
    checked = verify_pdf(pdf, (*read_certificates(trust or ()), *own_certificates()))
    lang = terminal_language()
    if as_json:
        typer.echo(verification_document(checked, lang).model_dump_json(indent=2, by_alias=True))
        raise typer.Exit(OK if checked.verified else FAILED)
    for check in checked.signatures:
        who, fingerprint = signature_words(check, lang)
        typer.echo(f"{who}\n  {fingerprint}")
    if checked.code is not None:
        told = vars(checked.code)
        typer.echo(text("signing", "numbers", lang, **told))
    for finding in worst_first(checked.findings):
        typer.echo(finding_line(finding, lang), err=finding.severity == "error")
    typer.echo(text("signing", "verified" if checked.verified else "not_verified", lang))
    raise typer.Exit(OK if checked.verified else FAILED)
