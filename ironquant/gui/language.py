"""The language of the window: chosen by the user, else by the system; switched at run time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from ironquant.resources import LANGUAGES, resource_path

_KEY = "language"
_CATALOGUES = {"zh": "ironquant_zh_CN.qm"}
_QT_CATALOGUES = {"zh": "qtbase_zh_CN.qm"}
"""Qt's own words: its dialogs and the menus of its text fields."""
_current = "en"
_translators: tuple[QTranslator, ...] = ()


def current() -> str:
    """Return the language of the window, one of `resources.LANGUAGES`."""
    return _current


def preferred() -> str:
    """Return the language to start with: as last chosen, else Chinese on a Chinese system, else English."""
    stored = QSettings().value(_KEY, "")
    if isinstance(stored, str) and stored in LANGUAGES:
        return stored
    return "zh" if QLocale.system().language() == QLocale.Language.Chinese else "en"


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
    """Return Qt's words and ours; the last one is asked first."""
    if lang not in _CATALOGUES:
        return ()
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / _QT_CATALOGUES[lang]
    return qt, resource_path("translations", _CATALOGUES[lang])


def _load(path: Path) -> QTranslator | None:
    translator = QTranslator()
    return translator if translator.load(str(path)) else None
