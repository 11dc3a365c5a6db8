"""Settings: profiles, the user's file, flags, hash."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from ironquant import load_settings
from ironquant.core import Organ, SettingsError
from ironquant.iron import profile_names
from ironquant.resources import message


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """A user folder of our own; the real one must not decide tests."""
    import platformdirs

    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *args, **kwargs: str(folder))
    return folder


def written(folder, text, name="settings.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_profiles():
    assert profile_names() == ("default", "guangxi")
    default, guangxi = load_settings(), load_settings("guangxi")
    assert default.profile == "default"
    assert default.organs[Organ.LIVER].models_by_condition["noise_known"] == "second-moment"
    assert default.organs[Organ.LIVER].calibrations[0] == "hernando2023_15"
    assert default.organs[Organ.HEART].models_by_condition == {
        "bright_blood": "truncation",
        "black_blood": "mono",
    }
    assert guangxi.organs[Organ.LIVER].model == "truncation"
    assert guangxi.organs[Organ.LIVER].calibrations == ("xu2023_15",)
    assert guangxi.organs[Organ.LIVER].models_by_condition == {}
    assert guangxi.languages == ("zh",)
    assert [default.organs[organ].repeatability_percent for organ in Organ if organ in default.organs] == [
        20.0,
        15.0,
        None,
        None,
    ]
    for organ in (Organ.SPLEEN, Organ.PANCREAS):
        assert (default.organs[organ].calibrations, default.organs[organ].schemes) == ((), ())


def test_order_profile_user_file_flags(config):
    written(
        config, '[organs.liver]\nmodel = "mono"\ncalibrations = ["garbowski2014"]\n[hospital]\nname = "A"\n'
    )
    named = written(config, '[organs.liver]\ncalibrations = ["hankins2009"]\n', "named.toml")
    own = load_settings()
    assert (own.organs[Organ.LIVER].model, own.organs[Organ.LIVER].calibrations) == (
        "mono",
        ("garbowski2014",),
    )
    assert own.organs[Organ.LIVER].schemes == ("lic-3-7-15",)
    assert own.hospital == {"name": "A", "department": ""}
    over = load_settings(file=named)
    assert (over.organs[Organ.LIVER].model, over.organs[Organ.LIVER].calibrations) == (
        "mono",
        ("hankins2009",),
    )
    flags = load_settings(
        file=named,
        models={Organ.LIVER: "truncation"},
        calibrations={Organ.LIVER: "xu2023_15"},
        schemes={Organ.LIVER: "lic-2-7-15"},
        languages=("zh", "en"),
    )
    liver = flags.organs[Organ.LIVER]
    assert (liver.model, liver.calibrations, liver.schemes) == ("truncation", ("xu2023_15",), ("lic-2-7-15",))
    assert flags.languages == ("zh", "en")
    assert flags.organs[Organ.HEART] == own.organs[Organ.HEART]


def test_profile_from_the_file_and_over_it(config):
    written(config, 'profile = "guangxi"\n')
    assert load_settings().profile == "guangxi"
    assert load_settings("default").profile == "default"
    assert load_settings("default").organs[Organ.LIVER].calibrations[0] == "hernando2023_15"


def test_the_tables_are_not_changed_by_merging(config):
    before = load_settings().sha256
    written(config, '[organs.heart]\nmodel = "mono"\n[hospital]\nname = "B"\n')
    assert load_settings().sha256 != before
    (config / "settings.toml").unlink()
    assert load_settings().sha256 == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("organs = [", "organs"),
        ("unknown = 1", "unknown"),
        ("profile = 3", "profile"),
        ('languages = "en"', "languages"),
        ("languages = []", "languages"),
        ("languages = [1]", "languages"),
        ("[organs]\nliver = 3", "organs.liver"),
        ('[organs.kidney]\nmodel = "mono"', "organs.kidney"),
        ('[organs.liver]\nmodle = "mono"', "organs.liver.modle"),
        ("[organs.liver]\nmodel = 3", "organs.liver.model"),
        ('[organs.liver]\ncalibrations = "xu2023_15"', "organs.liver.calibrations"),
        ("[organs.liver]\ncalibrations = [1]", "organs.liver.calibrations"),
        ('[organs.liver]\nschemes = [["lic-3-7-15"]]', "organs.liver.schemes"),
        ("[organs.liver.models_by_condition]\nnoise_known = 3", "organs.liver.models_by_condition"),
        ('[organs.liver.models_by_condition]\nnoise_knwon = "mono"', "noise_knwon"),
        ("[organs.liver]\nrepeatability_percent = true", "repeatability_percent"),
        ("[organs.liver]\nrepeatability_percent = nan", "repeatability_percent"),
        ("[organs.liver]\nrepeatability_percent = -5", "repeatability_percent"),
        ("[hospital]\nname = [1]", "hospital.name"),
    ],
)
def test_invalid_file(config, text, words):
    path = written(config, text + "\n", "bad.toml")
    with pytest.raises(SettingsError) as caught:
        load_settings(file=path)
    finding = caught.value.finding
    assert finding.code == "settings_invalid"
    for lang in ("en", "zh"):
        told = message(finding.code, finding.params, lang)
        assert str(path) in told
    if not text.endswith("["):
        assert words in finding.params["reason"]


def test_file_that_cannot_be_read(config):
    for path, code in ((config / "missing.toml", "path_missing"), (config, "settings_invalid")):
        with pytest.raises(SettingsError) as caught:
            load_settings(file=path)
        assert caught.value.finding.code == code
    binary = config / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(SettingsError):
        load_settings(file=binary)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"profile": "nowhere"}, "profile_unknown"),
        ({"languages": ("xx",)}, "language_unknown"),
        ({"models": {Organ.LIVER: "exponential"}}, "model_unknown"),
        ({"calibrations": {Organ.LIVER: "carpenter2011"}}, "calibration_unknown"),
        ({"schemes": {Organ.HEART: "lic-3-7-15"}}, "scheme_unknown"),
    ],
)
def test_unknown_names(arguments, code):
    with pytest.raises(SettingsError) as caught:
        load_settings(**arguments)
    assert caught.value.finding.code == code
    assert message(code, caught.value.finding.params, "en") != code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('profile = "nowhere"', "profile_unknown"),
        ('languages = ["xx"]', "language_unknown"),
        ('[organs.liver]\nmodel = "exponential"', "model_unknown"),
        ('[organs.liver.models_by_condition]\nnoise_known = "exponential"', "model_unknown"),
        ('[organs.liver]\ncalibrations = ["nothing"]', "calibration_unknown"),
    ],
)
def test_unknown_names_in_a_file(config, text, code):
    written(config, text + "\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.finding.code == code


def test_hash_is_stable_and_says_what_changed():
    one = load_settings()
    assert one.sha256 == load_settings().sha256
    assert len(one.sha256) == 64
    variants = [
        load_settings("guangxi"),
        load_settings(models={Organ.LIVER: "mono"}),
        load_settings(calibrations={Organ.LIVER: "garbowski2014"}),
        load_settings(schemes={Organ.LIVER: "lic-2-7-15"}),
        load_settings(languages=("zh",)),
    ]
    assert len({one.sha256, *(entry.sha256 for entry in variants)}) == 6


def test_hash_is_the_same_in_another_process(config):
    code = (
        "import platformdirs; platformdirs.user_config_dir = lambda *a, **k: 'nowhere-at-all'\n"
        "from ironquant import load_settings; print(load_settings('guangxi').sha256)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent,
        env={"PYTHONHASHSEED": "77", "PATH": ""},
    )  # fmt: skip
    assert ran.stdout.strip() == load_settings("guangxi").sha256


def test_settings_are_frozen():
    settings = load_settings()
    with pytest.raises(TypeError):
        settings.organs[Organ.LIVER] = None
    with pytest.raises(TypeError):
        settings.organs[Organ.LIVER].models_by_condition["noise_known"] = "mono"


def test_settings_travel_to_another_process():
    """Batch work sends them to worker processes."""
    settings = load_settings("guangxi")
    again = pickle.loads(pickle.dumps(settings))
    assert again.sha256 == settings.sha256
    assert copy.deepcopy(settings).sha256 == settings.sha256


def test_method_and_target_of_truncation(config):
    assert load_settings().organs[Organ.LIVER].method == "roi-mean"
    assert load_settings().organs[Organ.LIVER].truncation_r_squared is None
    written(config, '[organs.liver]\nmethod = "pixel-median"\ntruncation_r_squared = 0.995\n')
    own = load_settings()
    assert (own.organs[Organ.LIVER].method, own.organs[Organ.LIVER].truncation_r_squared) == (
        "pixel-median",
        0.995,
    )
    assert own.organs[Organ.HEART].method == "roi-mean"


@pytest.mark.parametrize(
    "line",
    ['method = "median"', "method = 1", "truncation_r_squared = 1", "truncation_r_squared = 0",
     'truncation_r_squared = "0.99"', "truncation_r_squared = true"],
)  # fmt: skip
def test_other_methods_and_targets_are_refused(config, line):
    written(config, f"[organs.liver]\n{line}\n")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert refused.value.finding.code == "settings_invalid"


def test_a_model_of_complex_images_is_refused():
    with pytest.raises(SettingsError) as refused:
        load_settings(models={Organ.LIVER: "cse"})
    assert refused.value.finding.code == "model_complex"
