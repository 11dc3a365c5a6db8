"""Words on the terminal: findings, values, progress."""

from __future__ import annotations

import io
import locale
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ironquant.core import SEVERITY_RANK, Finding, Organ, Progress, SettingsError
from ironquant.resources import LANGUAGES, message, system_language, text

if TYPE_CHECKING:
    from rich.console import Console


def use_utf8() -> None:
    """Write UTF-8 whatever the console's code page is, so that a Chinese name never stops the work."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


_spoken: str | None = None


def speak(lang: str | None) -> None:
    """Speak a language on the terminal from now on; None: that of the user's system.

    Raises
    ------
    SettingsError
        ``language_unknown``.
    """
    global _spoken
    if lang is not None and lang not in LANGUAGES:
        raise SettingsError("language_unknown", name=lang, known=", ".join(LANGUAGES))
    _spoken = lang


def chosen_language() -> str | None:
    """Return the language that was asked for, None if none was."""
    return _spoken


def terminal_language() -> str:
    """Return the language chosen, else that of the user's system if it is known, else English."""
    return _spoken or system_language(locale.getlocale()[0] or "")


def say_error(finding: Finding, code: int) -> int:
    """Print one line on stderr and hand the exit code on."""
    print(finding_line(finding), file=sys.stderr)
    return code


def finding_line(finding: Finding, lang: str | None = None) -> str:
    """Return severity, code and words of a finding in one line."""
    language = lang or terminal_language()
    words = message(finding.code, finding.params, language)
    severity = text("cli", finding.severity, language)
    # An organ's findings stand under its line; a series or file is named, once.
    told = finding.where in (*tuple(Organ), finding.params.get("file"))
    where = f"{finding.where}: " if finding.where and not told else ""
    return f"{severity} [{finding.code}] {where}{words}".replace("\n", " ")


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by severity, errors first, in their order otherwise."""
    return sorted(dict.fromkeys(findings), key=lambda finding: -SEVERITY_RANK[finding.severity])


def terminal_progress() -> Progress:
    """Return a progress callable that keeps one line on a terminal and says nothing in a pipe."""
    if not sys.stderr.isatty():
        return lambda fraction, step: None
    language = terminal_language()

    def show(fraction: float, step: str) -> None:
        words = text("steps", step, language)
        end = "\n" if fraction >= 1 else ""
        sys.stderr.write(f"\r\x1b[K{words} {100 * fraction:3.0f} %{end}")
        sys.stderr.flush()

    return show


def table_console(pipe_width: int, *, markup: bool = False) -> Console:
    """Return where tables are printed: as wide as the terminal, or of a fixed width into a pipe or file.

    Parameters
    ----------
    pipe_width : int
        Columns where there is no terminal, unless ``COLUMNS`` says otherwise.
    markup : bool
        Whether Rich's markup in square brackets counts.
    """
    from rich.console import Console

    fixed = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, markup=markup, width=pipe_width if fixed else None)
