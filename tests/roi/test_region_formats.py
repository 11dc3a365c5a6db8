"""Regions from our JSON, DICOM segmentations and structure sets, and back again."""

import datetime as dt
import json
import subprocess

import highdicom
import jsonschema
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid

from ironquant.analysis import analyze, propose
from ironquant.core import Organ, Region, RegionError, RegionEvent
from ironquant.dicom import read_examination, scan
from ironquant.export import write_results
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.resources import resource_path
from ironquant.roi import RegionFile, ellipse, find_region, read_region, region_mask
from ironquant.roi.document import to_regions_document


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """A phantom as classic DICOM, and what `analyze` leaves of it."""
    folder = tmp_path_factory.mktemp("patient")
    write_phantom(simulate(find_case("moderate")), folder / "DICOM")
    (ref,) = scan(folder / "DICOM")
    examination = read_examination(ref)
    result = analyze(examination, propose(examination), maps=False)
    written = write_results(result, folder / "out", lang="en", settings=load_settings(), ref=ref)
    return folder, ref, examination, result, written


def code_of(caught):
    return caught.value.finding.code, caught.value.finding.params.get("reason")


# --- ours ---------------------------------------------------------------------------------------------
def test_regions_json_follows_its_schema_and_gives_the_same_pixels(patient):
    _, _, examination, result, written = patient
    path = written.folder / "regions" / "regions.json"
    schema = json.loads(resource_path("schemas", "regions-1.schema.json").read_text())
    document = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert document["study_instance_uid"] == examination.study.instance_uid
    for organ in result.organs:
        key, region = find_region(path, examination, organ.organ)
        assert key == organ.series.key
        np.testing.assert_array_equal(region_mask(region, organ.series), organ.reported.mask)
        assert (region.source, region.proposer) == ("auto", organ.reported.region.proposer)
        assert region.history[-1].action == "read"


def test_history_and_holes_survive(tmp_path, patient):
    _, _, examination, _, _ = patient
    series = examination.series[0]
    when = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    outer, hole = (ellipse((120, 110), axes, 0, series) for axes in ((40, 30), (12, 9)))
    region = Region(
        Organ.LIVER,
        "parenchyma",
        (outer, hole),
        "edited",
        "p-1",
        None,
        True,
        (RegionEvent("edited", "李医生", when),),
    )
    document = to_regions_document([(region, series.instance_uid)])
    path = tmp_path / "r.json"
    path.write_text("\ufeff" + document.model_dump_json(by_alias=True), encoding="utf-8")
    back = read_region(path, series, Organ.LIVER)
    assert (back.history[0].who, back.history[0].when) == ("李医生", when)
    assert back.author == "李医生"
    np.testing.assert_array_equal(region_mask(back, series), region_mask(region, series))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"schema": "ironquant.regions/2"}',
        "[1, 2]",
        '{"schema": "ironquant.regions/1", "regions": 3}',
    ],
)
def test_other_json_is_refused(tmp_path, patient, text):
    path = tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegionError) as caught:
        read_region(path, patient[2].series[0], Organ.LIVER)
    assert caught.value.finding.code == "region_file_unreadable"


# --- DICOM segmentation -------------------------------------------------------------------------------
def test_our_segmentation_is_read_by_highdicom_and_by_us(patient):
    _, _, examination, result, written = patient
    for organ in result.organs:
        path = written.folder / "dicom" / f"regions_{organ.organ}.dcm"
        segments = highdicom.seg.segread(path)
        assert segments.number_of_segments == len(organ.regions)  # circles overlap the parenchyma
        for number, item in enumerate(organ.regions, start=1):
            own = segments.get_volume(segment_numbers=[number], combine_segments=True)
            assert (own.array > 0).sum() == item.mask.sum()
        volume = segments.get_volume(segment_numbers=[1], combine_segments=True)
        mask = organ.reported.mask
        used = np.flatnonzero(mask.any(axis=(1, 2)))
        assert organ.regions[0] is organ.reported
        place = np.argwhere(volume.array)[0]
        patient_mm = volume.affine @ [*place, 1]
        column, row, slice_, _ = np.linalg.solve(organ.series.affine, patient_mm)
        assert mask[round(slice_), round(row), round(column)]
        assert round(slice_) == used[0]
        key, region = find_region(path, examination, organ.organ)
        assert key == organ.series.key
        np.testing.assert_array_equal(region_mask(region, organ.series), mask)
        ds = pydicom.dcmread(path)
        assert ds.StudyInstanceUID == examination.study.instance_uid
        sources = {
            str(item.ReferencedSOPInstanceUID)
            for item in ds.ReferencedSeriesSequence[0].ReferencedInstanceSequence
        }
        assert sources <= set(organ.series.sop_instance_uids)


@pytest.mark.tool("dciodvfy")
def test_dciodvfy_finds_no_error(patient):
    for path in (patient[-1].folder / "dicom").glob("*.dcm"):
        done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True)
        errors = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]
        assert errors == []


def test_writing_twice_gives_the_same_objects(patient, tmp_path):
    _, ref, _, result, written = patient
    again = write_results(result, tmp_path, lang="en", settings=load_settings(), ref=ref)
    for path in (written.folder / "dicom").glob("*.dcm"):
        assert path.read_bytes() == (again.folder / "dicom" / path.name).read_bytes()


def foreign_segmentation(path, ref, masks, kind="BINARY"):
    """A segmentation by another make: several segments, only some slices, by highdicom alone."""
    from ironquant.dicom import slice_headers

    entry = next(entry for entry in ref.series if entry.organ_guess == Organ.LIVER)
    sources = [header for header, _ in slice_headers(entry)]
    names = list(masks)
    stacked = np.stack([masks[name] for name in names], axis=-1)
    made = highdicom.seg.Segmentation(
        sources,
        stacked.astype(np.uint8) if kind == "BINARY" else stacked.astype(np.float32),
        kind,
        [
            highdicom.seg.SegmentDescription(
                number + 1, name, codes.SCT.Organ, codes.SCT.Liver, "MANUAL"
            )
            for number, name in enumerate(names)
        ],
        generate_uid(), 77, generate_uid(), 1, "Other", "Other", "1", "1",
    )  # fmt: skip
    made.save_as(path)
    return path


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL"])
def test_a_foreign_segmentation_by_name_and_by_organ(tmp_path, patient, kind):
    _, ref, examination, _, _ = patient
    series = next(train for train in examination.series if train.organ_guess == Organ.LIVER)
    rng = np.random.default_rng(5)
    masks = {name: rng.random(series.shape) < 0.2 for name in ("Spleen", "Liver parenchyma", "Aorta")}
    path = foreign_segmentation(tmp_path / "seg", ref, masks, kind)
    for file, name in ((path, "Liver parenchyma"), (RegionFile(path, "spleen"), "Spleen")):
        region = read_region(file, series, Organ.LIVER)
        np.testing.assert_array_equal(region_mask(region, series), masks[name])
    with pytest.raises(RegionError) as caught:
        read_region(RegionFile(path, "Kidney"), series, Organ.LIVER)
    assert code_of(caught)[0] == "region_file_ambiguous"
    assert "Aorta" in caught.value.finding.params["names"]


# --- DICOM structure set ------------------------------------------------------------------------------
def structure_set(path, structures, geometric_type="CLOSED_PLANAR"):
    """Written element by element, as planning systems do."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = RTStructureSetStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = generate_uid()
    ds.Modality = "RTSTRUCT"
    ds.StructureSetROISequence, ds.ROIContourSequence = [], []
    for number, (name, contours) in enumerate(structures.items(), start=11):
        told, drawn = Dataset(), Dataset()
        told.ROINumber, told.ROIName = number, name
        drawn.ReferencedROINumber = number
        drawn.ContourSequence = []
        for points in contours:
            item = Dataset()
            item.ContourGeometricType = geometric_type
            item.NumberOfContourPoints = len(points)
            item.ContourData = [f"{value:.4f}" for value in np.ravel(points)]
            drawn.ContourSequence.append(item)
        ds.StructureSetROISequence.append(told)
        ds.ROIContourSequence.append(drawn)
    ds.save_as(path, enforce_file_format=True)
    return path


def test_a_structure_set_gives_the_pixels_within_its_contours(tmp_path, patient):
    series = patient[2].series[0]
    outer, hole, other = (
        ellipse((120, 110), (40, 30), 0, series),
        ellipse((125, 112), (11, 8), 0, series),
        ellipse((60, 70), (9, 9), 0, series),
    )
    path = structure_set(tmp_path / "rs.dcm", {"LIVER": (outer, hole), "Body": (other,)})
    region = read_region(path, series, Organ.LIVER)
    expected = region_mask(Region(Organ.LIVER, "x", (outer, hole)), series)
    found = region_mask(region, series)
    assert (found ^ expected).sum() <= 2  # contours are stored to 0.1 µm
    assert region.source == "file"
    assert region_mask(read_region(RegionFile(path, "body"), series, Organ.LIVER), series).sum() > 50


def test_points_and_open_contours_are_no_regions(tmp_path, patient):
    series = patient[2].series[0]
    outline = ellipse((120, 110), (40, 30), 0, series)
    path = structure_set(tmp_path / "rs.dcm", {"LIVER": (outline,)}, "OPEN_PLANAR")
    with pytest.raises(RegionError) as caught:
        read_region(path, series, Organ.LIVER)
    assert code_of(caught)[0] == "region_file_ambiguous"


def test_dicom_that_is_an_image_or_damaged_is_refused(tmp_path, patient):
    folder, _, examination, _, written = patient
    image = next(path for path in (folder / "DICOM").rglob("*") if path.is_file())
    with pytest.raises(RegionError) as caught:
        read_region(image, examination.series[0], Organ.LIVER)
    assert code_of(caught) == ("region_file_unreadable", "reason_not_regions")
    whole = (written.folder / "dicom" / "regions_liver.dcm").read_bytes()
    for length in (200, 900, len(whole) - 400):
        cut = tmp_path / "cut.dcm"
        cut.write_bytes(whole[:length])
        with pytest.raises(RegionError) as caught:
            read_region(cut, examination.series[0], Organ.LIVER)
        assert caught.value.finding.code == "region_file_unreadable"


def test_results_without_segmentations_are_written_for_other_images(tmp_path, patient):
    *_, result, _ = patient
    written = write_results(result, tmp_path / "x", lang="en", settings=load_settings())
    assert (written.folder / "regions" / "regions.json").is_file()
    assert not (written.folder / "dicom").exists()
