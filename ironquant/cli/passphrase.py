"""Ask for a passphrase; it never stands on the command line, where other users of the computer see it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import typer

from ironquant.cli.say import terminal_language
from ironquant.core import SigningError
from ironquant.resources import text

VARIABLE: Final = "IRONQUANT_PASSPHRASE"
FILE_HELP: Final = f"File whose first line is the passphrase; without it {VARIABLE}, or you are asked."


def passphrase_from(file: Path | None, *, twice: bool = False) -> Callable[[], str]:
    """Return what gets the passphrase from a file, else the environment, else the user.

    Parameters
    ----------
    twice : bool
        Whether the user types it again, as for a new key.

    Raises
    ------
    SigningError
        When called: ``passphrase_unreadable``.
    """

    def ask() -> str:
        if file is not None:
            try:
                return file.read_text(encoding="utf-8-sig").partition("\n")[0].rstrip("\r")
            except (OSError, ValueError):
                raise SigningError("passphrase_unreadable", file=str(file)) from None
        if VARIABLE in os.environ:
            return os.environ[VARIABLE]
        words = text("signing", "ask_passphrase", terminal_language())
        answer: str = typer.prompt(words, hide_input=True, confirmation_prompt=twice, err=True)
        return answer

    return ask
