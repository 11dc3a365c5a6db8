"""From a whole study: which trains show which organ, and why; what `info` says of it."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest
from dicom_samples import codes, only, series, uid
from map_samples import fat, map_series, truth
from typer.testing import CliRunner

from ironquant.cli.main import app
from ironquant.core import Organ
from ironquant.dicom.organs import guess_organ
from ironquant.resources import load_table, resource_path

AXIAL, CORONAL, SAX = (0, 0, 1), (0, 1, 0), (0.6, -0.6, -0.53)
LIVER_TE = tuple(np.round(1.29 + 1.12 * np.arange(12), 2).tolist())
HEART_TE = (2.6, 4.8, 7.0, 9.2, 11.4, 13.6, 15.8, 18.0)
SCHEMA = json.loads(resource_path("schemas", "info-1.schema.json").read_text(encoding="utf-8"))


def sax_orientation():
    normal = np.array(SAX) / np.linalg.norm(SAX)
    row = np.cross(normal, (0, 0, 1.0))
    row /= np.linalg.norm(row)
    return [*row.round(6).tolist(), *np.cross(normal, row).round(6).tolist()]


@pytest.fixture
def study(tmp_path):
    """A day's work: localizer, T2, diffusion, cine and enhancement beside two trains and two maps."""

    def add(number, description, te_ms, **changes):
        settings = {"SeriesNumber": number, "SeriesDescription": description, "PixelSpacing": [50.0, 50.0]}
        identity = {"SeriesInstanceUID": uid(f"series{number}")}
        series(tmp_path / str(number), 1, te_ms, **settings | identity | changes)

    short = {"ImageOrientationPatient": sax_orientation()}
    add(1, "localizer", (3.2,))
    add(2, "t2_haste_tra", (90.0,), ProtocolName="liver")
    add(3, "ep2d_diff_b50_400_800", (62.0,))
    add(4, "cine_trufi_sa", (1.2,), **short)
    add(5, "de_psir_LGE_sa", (1.5,), **short)
    add(6, "gre_multiecho", HEART_TE, HeartRate=72, **short)
    add(7, "肝脏 T2*", LIVER_TE, SpecificCharacterSet="GB18030")
    add(8, "T2* unknown", HEART_TE[:4])
    ge = {"Manufacturer": "GE MEDICAL SYSTEMS", "SpecificCharacterSet": "ISO_IR 100"}
    r2star = {"ImageType": ["DERIVED", "PRIMARY", "R2_STAR_MAP"], "SeriesDescription": "R2Star: Ax IDEAL IQ"}
    map_series(tmp_path / "27", truth, **ge | r2star)
    other = {"SeriesNumber": 28, "SeriesInstanceUID": uid("fat"), "SeriesDescription": "FatFrac: Ax IDEAL IQ"}
    map_series(tmp_path / "28", fat, 10, **ge | other | {"ImageType": ["DERIVED", "PRIMARY", "FAT_FRACTION"]})
    return tmp_path


def test_the_trains_of_a_whole_study_are_found(study):
    exam = only(study)
    assert {ref.number: ref.organ_guess for ref in exam.readable_series} == {
        6: Organ.HEART,
        7: Organ.LIVER,
        8: None,
    }
    assert {ref.number: ref.quantity for ref in exam.readable_maps} == {27: "r2star", 28: "fat_fraction"}
    evidence = {ref.number: ref.guess_evidence for ref in exam.series}
    assert evidence[6] == ("guess_short_axis", "guess_gated")
    assert evidence[7] == ("guess_description", "guess_transverse_short_te")
    assert evidence[27] == ("guess_product",)


def test_other_sequences_of_a_measured_organ_are_no_errors(study):
    from ironquant.dicom import read_examination

    assert not [item for item in read_examination(only(study)).findings if item.severity == "error"]


def test_info_as_json_keeps_its_schema(study):
    done = CliRunner().invoke(app, ["info", str(study), "--json"])
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (examination,) = document["examinations"]
    shown = {entry["number"]: entry for entry in examination["series"]}
    assert shown[6]["guess"]["organ"] == shown[6]["organ_guess"] == "heart"
    assert "ECG" in shown[6]["guess"]["words"]
    assert (shown[27]["quantity"], shown[27]["readable"], shown[27]["readable_map"]) == (
        "r2star",
        False,
        True,
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"more": 1}, SCHEMA)


def test_the_shipped_info_schema_is_the_one_of_the_models(monkeypatch):
    from pathlib import Path

    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "docs"))
    from make_schema import info_schema

    assert info_schema() == SCHEMA


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_info_for_people_fits_the_terminal(study, monkeypatch, lang, width):
    from rich.cells import cell_len

    from ironquant.cli import say
    from ironquant.cli.commands import info

    for module in (say, info):
        monkeypatch.setattr(module, "terminal_language", lambda: lang)
    monkeypatch.setenv("COLUMNS", str(width))
    done = CliRunner().invoke(app, ["info", str(study)])
    lines = done.stdout.splitlines()
    assert max(map(cell_len, lines)) <= width
    words = load_table(f"texts/{lang}")
    text = "".join(line.strip() for line in lines)
    for title in ("info_trains", "info_maps", "info_others"):
        assert words["cli"][title] in text
    assert words["terms"]["heart"] in text
    assert done.stdout.count(words["cli"]["no_organ"]) == 1


@pytest.mark.parametrize(
    ("words", "organ"),
    [
        ("T2* tim truc ngan", Organ.HEART),
        ("T2* cơ tim", Organ.HEART),
        ("gan T2*", Organ.LIVER),
        ("หัวใจ T2*", Organ.HEART),
        ("ตับ T2*", Organ.LIVER),
        ("心 T2*", Organ.HEART),
        ("肝 T2*", Organ.LIVER),
        ("T2* 中心层", None),
        ("t2star_SA_BB", Organ.HEART),
        ("LIC 12 echo", Organ.LIVER),
        ("Leber T2*", Organ.LIVER),
        ("não T2*", None),
        ("膝关节", None),
        ("สมอง", None),
        ("ACR phantom", None),
        ("ตับอ่อน", None),
    ],
)
def test_words_of_many_languages(words, organ):
    guess = guess_organ(description=words, slice_normal=CORONAL, te_ms=HEART_TE)
    assert guess.organ is organ


@pytest.mark.parametrize(
    ("signs", "organ", "reason"),
    [
        ({"slice_normal": SAX}, Organ.HEART, "guess_short_axis"),
        ({"slice_normal": AXIAL, "te_ms": LIVER_TE}, Organ.LIVER, "guess_transverse_short_te"),
        ({"slice_normal": AXIAL, "te_ms": LIVER_TE, "ecg_gated": True}, None, "guess_contradictory"),
        ({"slice_normal": AXIAL, "te_ms": HEART_TE, "ecg_gated": True}, Organ.HEART, "guess_gated"),
        ({"slice_normal": CORONAL, "te_ms": HEART_TE, "black_blood": True}, Organ.HEART, "guess_black_blood"),
        ({"slice_normal": AXIAL, "te_ms": LIVER_TE, "fov_mm": 140.0}, None, "guess_size"),
        ({"slice_normal": AXIAL, "te_ms": LIVER_TE, "n_slices": 176}, None, "guess_size"),
        ({"slice_normal": AXIAL, "te_ms": LIVER_TE, "body_part": "KNEE"}, None, "guess_other_part"),
    ],
)
def test_signs_without_words(signs, organ, reason):
    guess = guess_organ(**signs)
    assert (guess.organ, guess.reason) == (organ, reason)
    assert reason in load_table("texts/zh")["terms"]


def test_words_against_geometry_are_told(tmp_path):
    changes = {
        "SeriesDescription": "liver T2*",
        "ImageOrientationPatient": sax_orientation(),
        "HeartRate": 70,
    }
    series(tmp_path, 1, LIVER_TE, **changes)
    (ref,) = only(tmp_path).series
    assert ref.organ_guess is Organ.LIVER
    assert "organ_doubtful" in codes(ref)
