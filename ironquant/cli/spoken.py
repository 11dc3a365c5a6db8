"""The option ``--language``, the same for every command."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

import typer

from ironquant.cli.say import speak
from ironquant.resources import LANGUAGES

LANGUAGE_HELP = (
    f"Language of what is told: {', '.join(f'{row.code} ({row.name})' for row in LANGUAGES.values())}."
)
_OPTION = Annotated[str | None, typer.Option("--language", help=LANGUAGE_HELP)]
Command = TypeVar("Command", bound=Callable[..., Any])


class SpokenTyper(typer.Typer):
    """An application whose every command takes ``--language``."""

    def command(self, *names: Any, **options: Any) -> Callable[[Command], Command]:
        """Return what registers a command, with the option added."""
        register = super().command(*names, **options)
        return lambda command: register(spoken(command))


def spoken(command: Command) -> Command:
    """Give a command the option ``--language``; without it, the language chosen before stays."""

    @wraps(command)
    def run(*args: Any, language: str | None = None, **options: Any) -> Any:
        if language is not None:
            speak(language)
        return command(*args, **options)

    own = inspect.signature(command, eval_str=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    option = inspect.Parameter("language", kind, default=None, annotation=_OPTION)
    run.__annotations__ = {**inspect.get_annotations(command, eval_str=True), "language": _OPTION}
    run.__dict__["__signature__"] = own.replace(parameters=[*own.parameters.values(), option])
    return cast(Command, run)
