"""Follow-up by rules, against the table of the clinical reference, section 4.3, worked out by hand."""

import pytest

from ironquant.core import (
    ClinicalData,
    ClinicalDataError,
    Grade,
    IronValue,
    Organ,
    OrganResult,
    Value,
)
from ironquant.iron import follow_up
from ironquant.resources import LANGUAGES, load_table, text

NOBODY = ClinicalData()


def heart(code, *, indicative=False):
    value = Value(12.0)
    grade = Grade("t2star-20-15-10", code, indicative)
    return OrganResult("septum", "mono", "roi-mean", value, value.reciprocal(1000.0), 1.0, None, grade)


def liver(lic, bound="none"):
    value = Value(5.0)
    iron = IronValue("garbowski2014_15", Value(lic, bound), True)
    return OrganResult("parenchyma", "mono", "roi-mean", value, value.reciprocal(1000.0), 1.0, iron, None)


def code(organ, result, clinical=NOBODY, findings=()):
    rule = follow_up(organ, result, findings, clinical)
    return None if rule is None else rule.code


@pytest.mark.parametrize(
    ("grade", "lvef", "findings", "expected"),
    [
        ("normal", None, (), "heart_24_months"),
        ("mild", None, (), "heart_12_months"),
        ("moderate", 40.0, (), "heart_12_months"),
        ("severe", None, (), "heart_6_months"),
        ("severe", 62.0, (), "heart_6_months"),
        ("severe", 49.9, (), "heart_urgent"),
        ("severe", 50.0, (), "heart_6_months"),
        ("severe", None, ("low_snr", "very_severe_heart"), "heart_urgent"),
        (None, None, (), None),
    ],
)
def test_heart(grade, lvef, findings, expected):
    assert code(Organ.HEART, heart(grade), ClinicalData(lvef_percent=lvef), findings) == expected


def test_an_indicative_grade_advises_nothing():
    assert code(Organ.HEART, heart("severe", indicative=True)) is None


@pytest.mark.parametrize(
    ("lic", "bound", "clinical", "expected"),
    [
        (2.0, "none", NOBODY, "liver_12_months"),
        (14.99, "none", ClinicalData(diagnosis="tdt"), "liver_12_months"),
        (15.0, "none", ClinicalData(diagnosis="tdt"), "liver_6_months"),
        (25.0, "lower", NOBODY, "liver_6_months"),
        (2.9, "none", ClinicalData(diagnosis="hb-h"), "liver_ntdt_stop"),
        (3.0, "none", ClinicalData(diagnosis="ntdt"), "liver_12_months"),
        (4.99, "none", ClinicalData(diagnosis="ntdt"), "liver_12_months"),
        (5.0, "none", ClinicalData(diagnosis="hb-e-beta"), "liver_ntdt_chelation"),
        (30.0, "lower", ClinicalData(diagnosis="ntdt"), "liver_ntdt_chelation"),
        (4.0, "none", ClinicalData(diagnosis="ntdt", ferritin_ng_per_ml=800.0), "liver_ntdt_chelation"),
        (4.0, "none", ClinicalData(diagnosis="tdt", ferritin_ng_per_ml=5000.0), "liver_12_months"),
        # A bound leaves everything beyond it open: "less than 4" may be less than 3, or not.
        (4.0, "upper", ClinicalData(diagnosis="ntdt"), "liver_12_months"),
        (2.0, "upper", ClinicalData(diagnosis="ntdt"), "liver_ntdt_stop"),
        (2.0, "lower", ClinicalData(diagnosis="ntdt"), "liver_12_months"),
    ],
)
def test_liver(lic, bound, clinical, expected):
    assert code(Organ.LIVER, liver(lic, bound), clinical) == expected


def test_without_a_number_nothing_is_advised():
    assert code(Organ.HEART, None) is None
    assert code(Organ.LIVER, heart("severe")) is None
    assert code(Organ.SPLEEN, heart("severe")) is None


def test_every_rule_has_words_and_a_source():
    for rule in load_table("followup")["rule"]:
        assert rule["source"]
        assert rule["mark"] in ("V", "V2", "M")
        for lang in LANGUAGES:
            assert text("followup", rule["code"], lang) != rule["code"]
    assert text("followup", "heart_urgent", "zh") != text("followup", "heart_urgent", "en")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ferritin_ng_per_ml": -1.0},
        {"haemoglobin_g_per_l": 9.5},  # g/dl typed
        {"lvef_percent": 0.6},  # a fraction typed
        {"height_cm": 1.7},
        {"weight_kg": float("nan")},
        {"diagnosis": "thalassaemia"},
        {"transfusion": "weekly"},
        {"chelators": ("deferasirox", "vitamin C")},
    ],
)
def test_slips_of_the_keyboard_are_refused(wrong):
    with pytest.raises(ClinicalDataError) as told:
        ClinicalData(**wrong)
    assert next(iter(wrong)) == told.value.finding.params["name"]


def test_told_or_not():
    assert not NOBODY.told
    assert ClinicalData(splenectomy=False).told
