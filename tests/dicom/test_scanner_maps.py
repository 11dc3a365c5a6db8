"""Maps that scanners compute: recognized, never echoes, in ms, 1/s and %."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dicom_samples import TE_MS, codes, image, only, save, series, uid
from map_samples import CAP, fat, map_image, map_series, parametric_map, real_world, t2star, truth

from ironquant.core import SettingsError
from ironquant.dicom import read_examination, scan
from ironquant.dicom.mapheader import unit_spelled
from ironquant.resources import load_table

GE = {"Manufacturer": "GE MEDICAL SYSTEMS", "SeriesDescription": "R2Star: Ax IDEAL IQ"}
PHILIPS = {"Manufacturer": "Philips", "SeriesDescription": "mDIXON Quant BH"}
SIEMENS = {"Manufacturer": "SIEMENS"}
UIH = {"Manufacturer": "UIH", "ImageType": ["DERIVED", "PRIMARY", "OTHER"]}

MAPS = {
    # name: (quantity, scale, header, unit, reason, scanner)
    "ge-idealiq": ("r2star", 1, GE | {"ImageType": ["DERIVED", "PRIMARY", "R2_STAR_MAP"]},
                   "1/s", "unit_assumed", "GE IDEAL-IQ"),
    "ge-idealiq-tens": ("r2star", 10, GE | {"ImageComments": "R2* [0.1 Hz]"},
                        "0.1 1/s", "unit_words", "GE IDEAL-IQ"),
    "ge-hertz": ("r2star", 1, GE | {"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "Hz"},
                 "1/s", "unit_rescale_type", "GE IDEAL-IQ"),
    "ge-fat": ("fat_fraction", 10, GE | {"SeriesDescription": "FatFrac: Ax IDEAL IQ"},
               "0.1 %", "unit_by_size", "GE IDEAL-IQ"),
    "philips-t2star": ("t2star", 40, PHILIPS | {
        "ImageType": ["ORIGINAL", "PRIMARY", "T2_STAR_UNSPECIF", "T2_STAR", "UNSPECIFIED"],
        "RescaleSlope": 0.025, "RescaleIntercept": 0, "RescaleType": "normalized",
        "RealWorldValueMappingSequence": real_world(0.025, 0.0, "ms")},
        "ms", "unit_real_world", "Philips mDIXON Quant"),
    "philips-r2star": ("r2star", 4, PHILIPS | {
        "ImageType": ["DERIVED", "PRIMARY", "R2_STAR", "R2_STAR", "DERIVED"], "RescaleSlope": 0.25,
        "RescaleIntercept": 0, "RescaleType": "US",
        "RealWorldValueMappingSequence": real_world(0.25, 0.0, "/s")},
        "1/s", "unit_real_world", "Philips mDIXON Quant"),
    "philips-fat": ("fat_fraction", 1, PHILIPS | {
        "ImageType": ["DERIVED", "PRIMARY", "FF", "FF", "DERIVED"],
        "RealWorldValueMappingSequence": real_world(1.0, 0.0, "%", "percent")},
        "%", "unit_real_world", "Philips mDIXON Quant"),
    "siemens-mapit": ("t2star", 10, SIEMENS | {"ImageType": ["DERIVED", "PRIMARY", "T2_STAR MAP", "ND"],
                      "SeriesDescription": "T2Star_Images"}, "0.1 ms", "unit_by_size", "Siemens MapIt"),
    "siemens-mapit-ms": ("t2star", 1, SIEMENS | {"ImageType": ["DERIVED", "PRIMARY", "T2_STAR MAP", "ND"],
                         "SeriesDescription": "T2Star_Images"}, "ms", "unit_assumed", "Siemens MapIt"),
    "siemens-liverlab": ("r2star", 1, SIEMENS | {
        "ImageType": ["DERIVED", "PRIMARY", "M", "ND", "R2_STAR_MAP"],
        "SeriesDescription": "LiverLab_qDixon_R2star"},
                         "1/s", "unit_assumed", "Siemens LiverLab (q-Dixon)"),
    "siemens-liverlab-fat": ("fat_fraction", 10, SIEMENS | {
        "ImageType": ["DERIVED", "PRIMARY", "M", "ND", "FAT_FRAC"], "SeriesDescription": "qDixon_FF"},
        "0.1 %", "unit_by_size", "Siemens LiverLab (q-Dixon)"),
    "canon": ("t2star", 1, {"Manufacturer": "CANON_MEC", "SeriesDescription": "T2* Map (ms)"},
              "ms", "unit_words", "Canon"),
    "united-imaging": ("r2star", 1, UIH | {"SeriesDescription": "fact_3d_tra_R2*", "RescaleType": "1/s",
                       "RescaleSlope": 1, "RescaleIntercept": 0},
                       "1/s", "unit_rescale_type", "United Imaging FACT"),
    "united-imaging-fat": ("fat_fraction", 1, UIH | {"SeriesDescription": "fact_3d_tra_FF"},
                           "%", "unit_assumed", "United Imaging FACT"),
    "kilohertz": ("r2star", 1, GE | {"RealWorldValueMappingSequence": real_world(0.001, 0.0, "1/ms")},
                  "1/ms", "unit_real_world", "GE IDEAL-IQ"),
}  # fmt: skip
VALUES = {"t2star": t2star, "r2star": truth, "fat_fraction": fat}


def only_map(path):
    (found,) = read_examination(only(path)).maps
    return found


@pytest.mark.parametrize("name", MAPS)
def test_every_vendors_map_is_read_in_its_unit(tmp_path, name):
    quantity, scale, header, unit, reason, scanner = MAPS[name]
    map_series(tmp_path, VALUES[quantity], scale, **header)
    (ref,) = only(tmp_path).series
    assert (ref.component, ref.quantity, ref.readable, ref.readable_map) == ("map", quantity, False, True)
    assert ref.shape == (2, 16, 16)
    found = only_map(tmp_path)
    assert (found.unit, found.unit_reason, found.scanner) == (unit, reason, scanner)
    wanted = np.stack([VALUES[quantity](slice_) for slice_ in range(2)])
    stored = np.round(wanted * scale) / scale
    if quantity != "fat_fraction":
        stored[stored == 0] = np.nan
    np.testing.assert_allclose(found.values, stored, rtol=1e-6)
    assert found.affine.tolist() == [[20, 0, 0, -100], [0, 20, 0, -80], [0, 0, 10, 20], [0, 0, 0, 1]]
    doubted = reason in ("unit_assumed", "unit_by_size")
    assert ("map_unit_assumed" in codes(found)) is doubted
    assert reason in load_table("texts/zh")["terms"]


def test_the_limit_of_a_map_is_seen_and_a_plain_maximum_is_none(tmp_path):
    map_series(tmp_path / "cut", truth, **MAPS["ge-hertz"][2])
    assert only_map(tmp_path / "cut").cap == CAP
    map_series(tmp_path / "whole", lambda s: np.minimum(truth(s), 420.0), **MAPS["ge-hertz"][2])
    assert only_map(tmp_path / "whole").cap is None


@pytest.mark.parametrize(("kind", "slope", "unit"), [(np.float32, 1.0, "ms"), (np.float64, 0.5, "s")])
def test_parametric_map_with_float_pixels(tmp_path, kind, slope, unit):
    factor = {"ms": 1.0, "s": 1000.0}[unit]
    arrays = [t2star(slice_) / slope / factor for slice_ in range(3)]
    arrays[1][5, 5] = np.nan
    save(parametric_map(arrays, ("113064", "T2*"), unit, slope, kind, SeriesDescription="x"), tmp_path / "pm")
    (ref,) = only(tmp_path).series
    assert (ref.component, ref.quantity, ref.shape) == ("map", "t2star", (3, 16, 16))
    found = only_map(tmp_path)
    wanted = np.stack([t2star(slice_) for slice_ in range(3)])
    wanted[wanted == 0] = np.nan
    wanted[1, 5, 5] = np.nan
    np.testing.assert_allclose(found.values, wanted, rtol=1e-6)
    assert found.unit_reason == "unit_real_world"


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_highdicom_makes_a_parametric_map_that_is_read(tmp_path):
    """An independent writer of the standard."""
    import highdicom
    from highdicom.pm import ParametricMap, RealWorldValueMapping
    from pydicom.sr.codedict import codes as concepts

    sources = []
    for slice_ in range(2):
        ds = map_image(truth(slice_), slice_, SOPInstanceUID=uid(f"source{slice_}"))
        ds.StudyID, ds.AccessionNumber, ds.PatientSex, ds.PositionReferenceIndicator = "1", "", "", ""
        sources.append(ds)
    mapping = RealWorldValueMapping(
        lut_label="r2s",
        lut_explanation="R2*",
        unit=concepts.UCUM.PerSecond,
        value_range=(-1e9, 1e9),
        slope=1.0,
        intercept=0.0,
        quantity_definition=concepts.DCM.R2Star,
    )
    made = ParametricMap(
        sources,
        np.stack([truth(0), truth(1)]).astype(np.float32),
        highdicom.UID(),
        5,
        highdicom.UID(),
        1,
        "maker",
        "model",
        "1",
        "1",
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[mapping],
        window_center=100.0,
        window_width=200.0,
    )
    made.save_as(tmp_path / "pm.dcm")
    found = only_map(tmp_path)
    wanted = np.stack([truth(0), truth(1)])
    np.testing.assert_array_equal(np.nan_to_num(found.values), wanted)
    assert (found.quantity, found.unit) == ("r2star", "1/s")


def test_the_unit_decides_between_t2star_and_r2star(tmp_path):
    mapping = real_world(1.0, 0.0, "/s")
    map_series(tmp_path, truth, SeriesDescription="T2* map", RealWorldValueMappingSequence=mapping)
    found = only_map(tmp_path)
    assert (found.quantity, found.unit) == ("r2star", "1/s")


def test_one_series_with_all_images_of_mdixon_quant(tmp_path):
    """Water and fat, fat fraction, T2* and R2* lie in one series; only the last three are maps to read."""
    for token, values in (("W", truth), ("F", truth), ("FF", fat), ("T2_STAR", t2star), ("R2_STAR", truth)):
        for slice_ in range(2):
            mapping = real_world(1.0, 0.0, {"FF": "%", "T2_STAR": "ms", "R2_STAR": "/s"}.get(token, "1"))
            ds = map_image(
                values(slice_),
                slice_,
                **PHILIPS,
                ImageType=["DERIVED", "PRIMARY", token, token, "DERIVED"],
                RealWorldValueMappingSequence=mapping,
            )
            save(ds, tmp_path / f"{token}{slice_}")
    exam = only(tmp_path)
    assert sorted(ref.quantity for ref in exam.series) == ["", "fat_fraction", "r2star", "t2star"]
    assert not exam.readable_series
    maps = {entry.quantity: entry for entry in read_examination(exam).maps}
    np.testing.assert_array_equal(np.nan_to_num(maps["r2star"].values[1]), truth(1))
    assert len({entry.key for entry in maps.values()}) == 3


def test_maps_beside_their_train_are_not_echoes(tmp_path):
    """MapIt puts the echo time of the first echo into the map; the train keeps its own four echoes."""
    series(tmp_path / "train")
    map_series(
        tmp_path / "t2", t2star, 10, ImageType=["DERIVED", "PRIMARY", "T2_STAR MAP", "ND"],
        SeriesInstanceUID=uid("series"), SeriesNumber=5, EchoTime=TE_MS[0],
    )  # fmt: skip
    exam = only(tmp_path)
    (train,) = exam.readable_series
    assert train.te_ms == TE_MS
    (shown,) = exam.readable_maps
    assert shown.quantity == "t2star"
    assert shown.key != train.key


def test_two_maps_of_one_place_stay_two(tmp_path):
    header = MAPS["ge-hertz"][2]
    for number, te in ((31, 1.1), (32, 2.2)):
        changes = {"SeriesNumber": number, "SeriesInstanceUID": uid(f"map{number}"), "EchoTime": te}
        map_series(tmp_path, truth, **header | changes)
    assert [ref.number for ref in only(tmp_path).readable_maps] == [31, 32]


def test_what_only_a_description_calls_a_map_is_not_read_as_one(tmp_path):
    """An acquired echo alone, of a series that is called a map, holds a signal and no T2*."""
    save(image(0, 0, SeriesDescription="T2* map"), tmp_path / "one.dcm")
    (ref,) = only(tmp_path).series
    assert (ref.component, ref.quantity, ref.readable_map, ref.readable) == ("map", "", False, False)


def test_a_t2star_weighted_image_is_no_map(tmp_path):
    save(image(0, 0, SeriesDescription="ax T2* GRE head"), tmp_path / "one.dcm")
    (ref,) = only(tmp_path).series
    assert ref.component == "magnitude"


def test_padding_and_repeated_slices(tmp_path):
    values = truth()
    values[0] = 7777
    save(map_image(values, PixelPaddingValue=7777, **MAPS["ge-hertz"][2]), tmp_path / "a")
    late = map_image(truth() + 5, AcquisitionTime="235959", **MAPS["ge-hertz"][2])
    save(late, tmp_path / "b")
    found = only_map(tmp_path)
    assert np.isnan(found.values[0, 0]).all()
    np.testing.assert_array_equal(np.nan_to_num(found.values[0, 1:]), truth()[1:])
    assert "map_repeated" in codes(found)


def test_implausible_values_are_told_and_kept(tmp_path):
    map_series(tmp_path, lambda s: t2star(s) * 100, **MAPS["canon"][2])
    found = only_map(tmp_path)
    assert found.unit == "ms"
    assert "map_values_implausible" in codes(found)


def test_severe_iron_is_not_taken_for_tenths(tmp_path):
    """A map of nothing but a black liver (R2* 900 1/s) keeps its unit: a tenth would be a healthy one."""
    header = MAPS["ge-idealiq"][2]
    map_series(tmp_path, lambda s: np.where(truth(s) > 0, 900.0, 0.0), **header)
    found = only_map(tmp_path)
    assert (found.unit, np.nanmedian(found.values)) == ("1/s", 900.0)


def test_an_empty_or_unreadable_map_is_told(tmp_path):
    map_series(tmp_path, lambda s: np.zeros((16, 16)), **MAPS["ge-hertz"][2])
    exam = read_examination(only(tmp_path))
    assert exam.maps == ()
    assert codes(exam) == ["map_empty"]


def test_the_scan_reads_no_pixels_of_maps(tmp_path, monkeypatch):
    from ironquant.dicom import mapseries

    map_series(tmp_path, truth, **MAPS["ge-hertz"][2])
    monkeypatch.setattr(mapseries, "read_frames", lambda *_: pytest.fail("pixels were read"))
    assert len(scan(tmp_path)[0].readable_maps) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("ms", "ms"), ("MSEC", "ms"), ("0.1 ms", "0.1 ms"), ("Hz", "1/s"), ("1/s", "1/s"), ("s^-1", "1/s"),
     ("10*ms", "0.1 ms"), ("%", "%"), ("[ppth]", "0.1 %"), ("US", None), ("normalized", None), ("", None)],
)  # fmt: skip
def test_spellings_of_units(text, name):
    unit = unit_spelled(text)
    assert (unit and unit.name) == name


def test_every_unit_is_spelled_once_and_belongs_to_a_quantity():
    table = load_table("vendor_maps")
    spelled = [word for row in table["unit"] for word in row["spelled"]]
    assert len(spelled) == len(set(spelled))
    for quantity, rules in table["quantity"].items():
        own = {row["name"] for row in table["unit"] if row["quantity"] == quantity}
        assert set(rules["candidates"]) <= own


def test_a_series_is_chosen_by_number_key_or_description(tmp_path):
    from ironquant.studies import find_series

    series(tmp_path / "train")
    map_series(tmp_path / "map", truth, **MAPS["ge-hertz"][2])
    exam = only(tmp_path)
    (train,), (found,) = exam.readable_series, exam.readable_maps
    for text in ("5", train.key, "T2STAR_multiecho"):
        assert find_series(exam, text) == train.key
    assert find_series(exam, "27") == found.key
    for text, code in (("99", "series_unknown_choice"), ("5", None)):
        if code:
            with pytest.raises(SettingsError) as caught:
                find_series(exam, text)
            assert caught.value.finding.code == code


def test_the_real_r2star_map_of_a_siemens_scanner():
    """Set 00027: R2* in 1/s, cut off at 1000, as nibabel reads it; rows turned as in `test_dicom_real`."""
    import nibabel

    folder = (
        Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real" / "siemens-r2star12-nifti"
    )
    if not folder.exists():
        pytest.skip("shared real data are not beside this checkout")
    (found,) = read_examination(only(folder)).maps
    stored = nibabel.load(folder / "00027__R2Star_Images.nii.gz")
    expected = np.asarray(stored.dataobj, dtype=np.float32)
    assert (found.quantity, found.unit, found.cap, found.number) == ("r2star", "1/s", 1000.0, 27)
    np.testing.assert_array_equal(
        np.sort(np.nan_to_num(found.values).ravel()), np.sort(np.maximum(expected, 0).ravel())
    )
    # The value at a place in the patient (RAS mm) is that of the file.
    for voxel in np.argwhere(expected > 300)[::4000]:
        place = np.diag([-1, -1, 1, 1]) @ stored.affine @ [*voxel, 1]
        column, row, slice_ = np.rint(np.linalg.solve(found.affine, place)[:3]).astype(int)
        assert found.values[slice_, row, column] == expected[tuple(voxel)]
