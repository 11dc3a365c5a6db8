"""The language of the window: chosen by the user, else by the system; switched at run time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QSettings, QTranslator

from ironquant.resources import LANGUAGES, resource_path

_KEY = "language"
_CATALOGUES = {"zh": "ironquant_zh_CN.qm"}
_current = "en"
_translator: QTranslator | None = None


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
    global _current, _translator
    if _translator is not None:
        QCoreApplication.removeTranslator(_translator)
        _translator = None
    _current = lang
    if lang in _CATALOGUES:
        translator = QTranslator()
        if translator.load(str(resource_path("translations", _CATALOGUES[lang]))):
            QCoreApplication.installTranslator(translator)
            _translator = translator
    if remember:
        QSettings().setValue(_KEY, lang)
