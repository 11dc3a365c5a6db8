"""`ironquant verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ironquant.cli.exits import FAILED, OK
from ironquant.cli.say import finding_line, terminal_language, worst_first

if TYPE_CHECKING:
    from ironquant.signing import SignatureCheck


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
    from ironquant.signing import own_certificates, read_certificates, verification_document, verify_pdf

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
        for line in _lines(check, lang):
            typer.echo(line)
    if checked.code is not None:
        told = vars(checked.code)
        typer.echo(text("signing", "numbers", lang, **told))
    for finding in worst_first(checked.findings):
        typer.echo(finding_line(finding, lang), err=finding.severity == "error")
    typer.echo(text("signing", "verified" if checked.verified else "not_verified", lang))
    raise typer.Exit(OK if checked.verified else FAILED)


def _lines(check: SignatureCheck, lang: str) -> tuple[str, str]:
    from ironquant.resources import term, text
    from ironquant.signing import shown_fingerprint

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
        f"  {text('signing', 'fingerprint', lang, fingerprint=shown)}",
    )
