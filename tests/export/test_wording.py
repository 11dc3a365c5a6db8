from dataclasses import replace

import pytest
from synthetic import analysis, liver, organ_analysis

from ironquant.core import Finding, Patient, Value
from ironquant.export.band import graded_value
from ironquant.export.wording import age_words, iron_remark, sex_words
from ironquant.iron import scheme
from ironquant.resources import text


@pytest.mark.parametrize(("age", "shown"), [(17.99, "17"), (18.0, "18"), (0.4, "0")])
def test_age_is_told_in_full_years(age, shown):
    assert age_words(Patient(age_y=age), "en").split()[0] == shown


def test_what_is_not_told_is_empty():
    assert age_words(Patient(), "zh") == sex_words(Patient(), "zh") == ""


def test_a_band_of_iron_never_shows_t2star():
    lic, t2star = scheme("lic-3-7-15"), scheme("t2star-20-15-10")
    result = liver(2.6, 9.85).result
    assert graded_value(lic, result).value == 9.85
    assert graded_value(t2star, organ_analysis(t2star_ms=12.3).result).value == 12.3
    assert graded_value(lic, replace(result, iron=None)) == Value()


def test_why_there_is_no_iron():
    lacking = liver(3.0, None, findings=(Finding("calibration_missing", "warning"),))
    assert iron_remark(lacking, lacking.result, "en") == text("report", "iron_absent", "en")
    plain = liver(3.0, None)
    assert iron_remark(plain, plain.result, "en") == text("report", "iron_not_given", "en")
    assert iron_remark(liver(), liver().result, "en") == ""


def test_the_figures_are_of_the_region_that_is_reported():
    entry = analysis(organ_analysis()).organs[0]
    (measured,) = entry.regions
    other = replace(measured, region=replace(measured.region, reported=False))
    assert replace(entry, regions=(other, measured)).reported is measured
