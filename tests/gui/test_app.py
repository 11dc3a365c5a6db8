"""Starting: language, settings that cannot be read."""

import platformdirs
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QMessageBox

from ironquant.gui import app, language


def test_settings_that_cannot_be_read_are_told_and_end_with_2(qapp, monkeypatch, tmp_path):
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *args, **kwargs: str(tmp_path))
    (tmp_path / "settings.toml").write_text("profile = 3", encoding="utf-8")
    told = []
    monkeypatch.setattr(QMessageBox, "critical", lambda parent, title, words: told.append(words))
    assert app.run() == 2
    assert len(told) == 1
    assert "settings.toml" in told[0]


@pytest.mark.parametrize(
    ("system", "expected"), [("zh_CN", "zh"), ("zh_TW", "zh"), ("en_GB", "en"), ("fr", "en")]
)
def test_the_language_follows_the_system_until_one_is_chosen(qapp, monkeypatch, system, expected):
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale(system)))
    assert language.preferred() == expected
    other = "en" if expected == "zh" else "zh"
    language.switch(other, remember=True)
    assert language.preferred() == other
    language.switch("en")
