"""Which calibration and scheme at which field, and what is said about it."""

import pytest

from ironquant.core import Organ, SettingsError, Value
from ironquant.iron import alternatives, assess, load_settings

DEFAULT, GUANGXI = load_settings("default"), load_settings("guangxi")


def judge(organ, t2star_ms, field_t, *, profile=DEFAULT, model=None, bound="none"):
    own = profile.organs[organ]
    model = model or ("truncation" if organ == Organ.HEART or profile is GUANGXI else "second-moment")
    return assess(organ, Value(t2star_ms, bound), model, field_t, own.calibrations, own.schemes)


def codes(assessment):
    return {finding.code for finding in assessment.findings}


@pytest.mark.parametrize(
    ("field_t", "calibration"),
    [
        (1.5, "hernando2023_15"),
        (1.494, "hernando2023_15"),
        (2.89, "hernando2023_289"),
        (2.894, "hernando2023_289"),
        (3.0, "hernando2023_30"),
        (127.77703 / 42.577, "hernando2023_30"),
        (0.55, None),
        (7.0, None),
        (None, None),
    ],
)
def test_liver_calibration_by_field(field_t, calibration):
    found = judge(Organ.LIVER, 3.0, field_t)
    assert (found.iron.calibration if found.iron else None) == calibration
    assert (found.grade is None) == (calibration is None)
    expected = {None: "field_missing", 0.55: "field_unsupported", 7.0: "field_unsupported"}
    assert codes(found) == ({expected[field_t]} if calibration is None else set())
    if calibration is None:
        assert found.alternatives == ()


@pytest.mark.parametrize(
    ("field_t", "scheme", "expected"),
    [
        (1.5, "t2star-20-15-10", set()),
        (2.89, "t2star-3t-storey", {"field_3t", "calibration_missing_mic_3t"}),
        (3.0, "t2star-3t-storey", {"field_3t", "calibration_missing_mic_3t"}),
        (0.55, None, {"field_unsupported"}),
        (None, None, {"field_missing"}),
    ],
)
def test_heart_by_field(field_t, scheme, expected):
    found = judge(Organ.HEART, 12.0, field_t)
    assert (found.iron is not None) == (field_t == 1.5)
    assert (found.grade.scheme if found.grade else None) == scheme
    assert codes(found) == expected
    if found.grade:
        assert found.grade.indicative == (scheme == "t2star-3t-storey")


def test_default_numbers():
    liver = judge(Organ.LIVER, 2.0, 1.5)
    assert liver.iron.iron_mg_per_g.value == pytest.approx(-0.16 + 0.02603 * 500)
    assert liver.grade.code == "moderate"
    heart = judge(Organ.HEART, 8.0, 1.5)
    assert heart.iron.iron_mg_per_g.value == pytest.approx(3.560, abs=5e-4)
    assert heart.grade.code == "severe"
    assert codes(heart) == set()


def test_guangxi_numbers():
    liver = judge(Organ.LIVER, 2.0, 1.5, profile=GUANGXI)
    assert liver.iron.calibration == "xu2023_15"
    assert liver.iron.iron_mg_per_g.value == pytest.approx(37.393 * 2.0**-1.22)
    # The reference, section 0: for 1.72–2.11 ms Xu says severe where Hernando says moderate.
    assert liver.grade.code == "severe"
    assert codes(liver) == set()
    at_3t = judge(Organ.LIVER, 2.0, 3.0, profile=GUANGXI)
    assert at_3t.iron is None
    assert at_3t.grade is None
    assert codes(at_3t) == {"calibration_field_mismatch"}
    assert judge(Organ.HEART, 8.0, 3.0, profile=GUANGXI).grade.scheme == "t2star-3t-guangxi"


def test_model_of_the_calibration():
    assert "calibration_model_mismatch" in codes(judge(Organ.LIVER, 2.0, 1.5, model="truncation"))
    mixed = judge(Organ.LIVER, 2.0, 1.5, profile=GUANGXI, model="second-moment")
    assert "calibration_model_mismatch" in codes(mixed)


def test_very_severe_heart():
    assert "very_severe_heart" in codes(judge(Organ.HEART, 5.9, 1.5))
    assert "very_severe_heart" not in codes(judge(Organ.HEART, 6.0, 1.5))
    assert "very_severe_heart" in codes(judge(Organ.HEART, 4.0, 1.5, bound="upper"))
    assert "very_severe_heart" not in codes(judge(Organ.HEART, 4.0, 1.5, bound="lower"))


def test_out_of_range():
    heart = judge(Organ.HEART, 45.0, 1.5)
    assert heart.iron.iron_mg_per_g == Value(0.5, "upper")
    (note,) = [finding for finding in heart.findings if finding.code == "calibration_out_of_range"]
    assert note.severity == "info"
    liver = judge(Organ.LIVER, 0.5, 1.5)
    assert liver.iron.iron_mg_per_g == Value(40.0, "lower")
    assert liver.grade.code == "severe"
    (note,) = [finding for finding in liver.findings if finding.code == "calibration_out_of_range"]
    assert note.severity == "warning"


def test_bound_of_the_sickest():
    found = judge(Organ.LIVER, 0.9, 1.5, bound="upper")
    assert found.iron.iron_mg_per_g.bound == "lower"
    assert found.iron.iron_mg_per_g.value == pytest.approx(28.76, abs=0.01)
    assert found.grade.code == "severe"


def test_bound_that_does_not_decide():
    found = judge(Organ.LIVER, 3.0, 1.5, bound="upper")
    assert found.grade.code is None
    assert "grade_undecided" in codes(found)


def test_liver_at_3t_above_14():
    assert "liver_3t_above_range" in codes(judge(Organ.LIVER, 0.9, 3.0))
    assert "liver_3t_above_range" not in codes(judge(Organ.LIVER, 2.0, 3.0))


def test_alternatives_are_the_other_verified_lines():
    found = judge(Organ.LIVER, 3.0, 1.5)
    names = [value.calibration for value in found.alternatives]
    assert names == [
        "xu2023_15",
        "garbowski2014",
        "wood2005_published",
        "hankins2009",
        "henninger2015",
        "hernando2021",
    ]
    assert {row.id for row in alternatives(Organ.LIVER, 3.0, None)} == {
        "hernando2023_30",
        "hernando2021_30",
        "storey2007_hernando2023",
        "storey2007_garbowski2014",
    }
    assert alternatives(Organ.HEART, 1.5, "carpenter2011") == ()


def test_named_by_hand():
    found = assess(Organ.LIVER, Value(3.0), "second-moment", 1.5, ("garbowski2014",), ("esgar-sar-2023",))
    assert found.iron.calibration == "garbowski2014"
    assert found.grade.scheme == "esgar-sar-2023"
    off = assess(Organ.LIVER, Value(3.0), "second-moment", 3.0, ("garbowski2014",), ("esgar-sar-2023",))
    assert off.iron is None
    assert "calibration_field_mismatch" in codes(off)


def test_a_scheme_that_is_not_meant_for_the_field_is_told():
    found = assess(Organ.HEART, Value(8.0), "truncation", 3.0, ("carpenter2011",), ("t2star-20-15-10",))
    assert found.grade is None
    assert "scheme_field_mismatch" in codes(found)


@pytest.mark.parametrize(
    ("calibrations", "schemes", "code"),
    [
        (("nothing",), ("lic-3-7-15",), "calibration_unknown"),
        (("carpenter2011",), ("lic-3-7-15",), "calibration_unknown"),
        (("hernando2023_15",), ("nothing",), "scheme_unknown"),
        (("hernando2023_15",), ("t2star-20-10",), "scheme_unknown"),
    ],
)
def test_unknown_names(calibrations, schemes, code):
    with pytest.raises(SettingsError) as caught:
        assess(Organ.LIVER, Value(3.0), "mono", 1.5, calibrations, schemes)
    assert caught.value.finding.code == code


@pytest.mark.parametrize("organ", [Organ.SPLEEN, Organ.PANCREAS])
def test_organ_without_a_calibration(organ):
    found = assess(organ, Value(20.0), "mono", 1.5, (), ())
    assert found.iron is None
    assert found.grade is None
    assert codes(found) <= {"field_unsupported", "calibration_missing"}
    assert codes(found)
