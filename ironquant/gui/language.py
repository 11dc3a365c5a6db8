"""The language of the window: chosen by the user, else by the system; switched at run time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from ironquant.resources import LANGUAGES, WINDOW, language, resource_path, system_language

_KEY = "language"
_SOURCE = "en"
"""The language of the code needs no catalogue."""
_current = _SOURCE
_translators: tuple[QTranslator, ...] = ()


def current() -> str:
    """Return the language of the window, one of `resources.LANGUAGES`."""
    return _current


def preferred() -> str:
    """Return the language to start with: as last chosen, else that of the system."""
    stored = QSettings().value(_KEY, "")
    if isinstance(stored, str) and stored in LANGUAGES:
        return stored
    return system_language(QLocale.system().name())


def switch(lang: str, *, remember: bool = False) -> None:
    """Translate the whole application; Qt tells every window by a ``LanguageChange`` event."""
    global _current, _translators
    for former in _translators:
        QCoreApplication.removeTranslator(former)
    _current = lang
    _translators = tuple(loaded for path in _catalogues(lang) if (loaded := _load(path)) is not None)
    for translator in _translators:
        QCoreApplication.installTranslator(translator)
    if remember:
        QSettings().setValue(_KEY, lang)


def _catalogues(lang: str) -> tuple[Path, ...]:
    """Return Qt's own words (its dialogs, the menus of its text fields) and ours; the last is asked first."""
    row = language(lang)
    if row.code == _SOURCE or WINDOW not in row.covers:
        return ()
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return qt / f"qtbase_{row.locale}.qm", resource_path("translations", f"ironquant_{row.locale}.qm")


def _load(path: Path) -> QTranslator | None:
    translator = QTranslator()
    return translator if translator.load(str(path)) else None
