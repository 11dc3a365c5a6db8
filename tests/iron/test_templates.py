"""The template of a site in TOML: laid over the default, refused with file and key where it is wrong."""

import pytest

from ironquant.core import FIELDS, SettingsError
from ironquant.iron import load_settings, profile_names


@pytest.fixture
def home(tmp_path, monkeypatch):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *args, **more: str(tmp_path / "home"))
    return tmp_path / "home"


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_template(home):
    report = load_settings().report
    assert (report.paper, report.iron_unit, report.fields, report.notice) == ("A4", "mg/g", FIELDS, True)
    assert report.parts == ("details", "trend", "segments")


def test_a_file_lays_single_keys_over_it(home, tmp_path):
    (tmp_path / "logo.png").write_bytes(b"")
    file = written(
        tmp_path / "site.toml",
        'languages = ["zh+en"]\n[report]\npaper = "Letter"\nlogo = "logo.png"\nfields = ["name", "id"]\n'
        '[report.words.zh]\ntitle = "铁定量"\n[hospital]\nname = "X"\n',
    )
    settings = load_settings(file=file)
    assert settings.languages == ("zh+en",)
    assert (settings.report.paper, settings.report.fields) == ("Letter", ("name", "id"))
    assert settings.report.logo == str(tmp_path / "logo.png")
    assert settings.report.words["zh"]["title"] == "铁定量"
    assert settings.report.iron_unit == "mg/g"
    assert load_settings(file=file, paper="A4").report.paper == "A4"
    assert load_settings(str(file)).report == settings.report  # as a profile
    assert load_settings(str(file)).profile == "site"


def test_a_profile_of_the_user(home):
    written(home / "profiles" / "county.toml", '[report]\niron_unit = "umol/g"\n')
    assert "county" in profile_names()
    settings = load_settings("county")
    assert (settings.profile, settings.report.iron_unit) == ("county", "umol/g")


def test_the_template_does_not_change_the_fingerprint(home, tmp_path):
    file = written(tmp_path / "site.toml", '[report]\npaper = "Letter"\n')
    assert load_settings(file=file).sha256 == load_settings().sha256


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[report]\npaper = "A3"', ("report.paper", "A3", "Letter")),
        ('[report]\nsize = "A4"', ("report.size", "paper")),
        ('[report]\niron_unit = "ppm"', ("report.iron_unit", "umol/g")),
        ('[report]\nfields = ["name", "shoe"]', ("report.fields", "shoe", "birth_date")),
        ('[report]\nfields = ["name", "name"]', ("report.fields",)),
        ('[report]\nparts = "details"', ("report.parts", "segments")),
        ('[report]\nlogo = "gone.png"', ("report.logo", "gone.png")),
        ('[report]\nlogo = "x.gif"', ("report.logo", ".png")),
        ("[report]\nnotice = 1", ("report.notice",)),
        ('[report.words.en]\ntitel = "x"', ("report.words.en.titel",)),
        ('[report.words.xx]\ntitle = "x"', ("report.words.xx", "zh")),
        ('[report.words.en]\nfooter_pages = "{page} {of}"', ("report.words.en.footer_pages",)),
        ('[report.words.en]\ntitle = "{"', ("report.words.en.title",)),
        ('[report\npaper = "A4"', ("line 1",)),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(text, told, home, tmp_path):
    file = written(tmp_path / "site.toml", text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file=file)
    finding = caught.value.finding
    assert finding.code == "settings_invalid"
    assert finding.params["file"] == str(file)
    for part in told:
        assert part in finding.params["reason"], part


@pytest.mark.parametrize("name", ["zh+xx", "zh+en+vi", "+", ""])
def test_languages_side_by_side_are_known_ones(name, home):
    with pytest.raises(SettingsError) as caught:
        load_settings(languages=(name,))
    assert caught.value.finding.code == "language_unknown"
