"""Objects of odd sources: what is lacking is filled or told, names are read rightly, nothing breaks."""

import shutil
from dataclasses import replace

import nibabel as nib
import numpy as np
import pydicom
import pytest
from dicomtrial import analysed, change_headers, errors_of, images_in, tried

from ironquant.analysis import analyze, propose
from ironquant.case import open_case, save_case
from ironquant.core import Organ, OrganReading, Reading, Region, SettingsError
from ironquant.dicom import read_examination, scan
from ironquant.dicom.deid.run import deidentify
from ironquant.export import write_results
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.resources import LANGUAGES, message
from ironquant.roi import ellipse

TYPE_2 = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime")
TYPE_2 += ("AccessionNumber", "ReferringPhysicianName", "StudyID")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("original")
    write_phantom(simulate(replace(find_case("moderate"), matrix=(128, 128))), folder)
    return folder / "DICOM"


@pytest.fixture
def images(original, tmp_path):
    return shutil.copytree(original, tmp_path / "images")


def refusals(trial):
    return {
        (finding.params["object"], finding.params["reason"])
        for finding in trial.written.findings
        if finding.code == "dicom_not_written"
    }


def names(trial):
    return {name.partition("_")[0].partition(".")[0] for name in trial.objects}


@pytest.mark.tool("dciodvfy")
def test_missing_type_2_attributes_are_there_and_empty(images, tmp_path):
    def strip(image):
        for keyword in TYPE_2:
            if keyword in image:
                del image[keyword]

    change_headers(images, strip)
    trial = tried(images, tmp_path / "out")
    assert refusals(trial) == set()
    for name, made in trial.objects.items():
        for keyword in TYPE_2:
            assert keyword in made, (name, keyword)
            assert not made[keyword].value
        assert errors_of(trial.written.folder / "dicom" / name) == [], name


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("GB18030", "gb18030"), ("ISO_IR 192", "utf-8"), ("ISO_IR 100", "gb18030"), ("", "utf-8")],
)
def test_chinese_names_are_written_as_they_are_meant(images, tmp_path, declared, codec):
    """Some scanners declare Latin 1, or nothing, and write Chinese."""

    texts = {"PatientName": "王^小明", "StudyDescription": "铁定量"}
    stored = {keyword: words.encode(codec) for keyword, words in texts.items()}

    def make_room(image):
        image.SpecificCharacterSet = declared or None
        for keyword, value in stored.items():
            setattr(image, keyword, keyword[0] * len(value))

    change_headers(images, make_room)
    for path in images_in(images):
        data = path.read_bytes()
        for keyword, value in stored.items():
            assert data.count(keyword[0].encode() * len(value)) == 1
            data = data.replace(keyword[0].encode() * len(value), value)
        path.write_bytes(data)
    trial = tried(images, tmp_path / "out")
    assert refusals(trial) == set()
    for made in trial.objects.values():
        assert made.PatientName == "王^小明"
        assert made.StudyDescription == "铁定量"


def test_without_a_frame_of_reference_the_rest_is_written(images, tmp_path):
    change_headers(images, lambda image: image.__delattr__("FrameOfReferenceUID"))
    trial = tried(images, tmp_path / "out")
    assert {what[0] for what, _ in refusals(trial)} == {"dicom_seg", "dicom_map"}
    assert {reason for _, reason in refusals(trial)} == {"FrameOfReferenceUID"}
    assert names(trial) == {"key", "measurements", "report"}
    assert errors_of(trial.written.folder / "dicom" / "measurements.dcm") == []
    for finding in trial.written.findings:
        for lang in LANGUAGES:
            assert "FrameOfReferenceUID" in message(finding.code, finding.params, lang)


@pytest.mark.parametrize(
    "values",
    [
        {"PatientSex": "unknown", "PatientBirthDate": "17.05.98", "StudyTime": "25:61", "PatientAge": "old"},
        {"PatientName": "A^B^C^D^E^F^G", "PatientID": "x" * 90, "StudyDate": "2024-06-12"},
        {"PatientName": "a\\b", "PatientID": "1\\2", "PatientWeight": "heavy", "AccessionNumber": "9" * 40},
        {"PatientName": "^^^^", "StudyDescription": "x" * 400, "StudyID": " "},
    ],
)
def test_wrong_values_of_the_patient_never_stop_the_objects(images, tmp_path, values):
    def spoil(image):
        for keyword, value in values.items():
            tag = pydicom.tag.Tag(keyword)
            vr = pydicom.datadict.dictionary_VR(tag)
            raw = value.encode()
            image[tag] = pydicom.dataelem.RawDataElement(tag, vr, len(raw), raw, 0, False, True)

    change_headers(images, spoil)
    trial = tried(images, tmp_path / "out")
    assert refusals(trial) == set()
    assert names(trial) == {"key", "measurements", "report", "regions", "map"}


def test_images_that_are_gone_are_a_finding(images, tmp_path):
    ref, analysis = analysed(images)
    for path in images_in(images):
        path.unlink()
    written = write_results(analysis, tmp_path / "out", lang="en", settings=load_settings(), ref=ref)
    assert {finding.code for finding in written.findings} >= {"dicom_not_written"}
    assert (written.folder / "analysis.json").is_file()
    assert not list((written.folder / "dicom").glob("*.dcm"))


def test_no_dicom_objects_of_nifti_but_a_line(original, tmp_path):
    series = read_examination(scan(original)[0]).series[1]
    affine = np.diag([-1, -1, 1, 1]) @ series.affine
    for echo, te in enumerate(series.te_ms):
        image = nib.Nifti1Image(np.transpose(series.signal[..., echo], (2, 1, 0)), affine)
        path = tmp_path / "nifti" / f"liver_e{echo + 1}.nii.gz"
        path.parent.mkdir(exist_ok=True)
        nib.save(image, path)
        path.with_name(f"liver_e{echo + 1}.json").write_text(
            f'{{"EchoTime": {te / 1000}, "MagneticFieldStrength": 1.5, "SeriesDescription": "liver T2star"}}'
        )
    trial = tried(tmp_path / "nifti", tmp_path / "out")
    assert [finding.code for finding in trial.written.findings] == ["dicom_no_source"]
    assert not (trial.written.folder / "dicom").exists()


def test_a_deidentified_source_stays_so(images, tmp_path):
    deidentify(images, tmp_path / "safe", tmp_path / "key.json")
    trial = tried(tmp_path / "safe", tmp_path / "out")
    assert refusals(trial) == set()
    (source, *_) = map(pydicom.dcmread, images_in(tmp_path / "safe"))
    old = pydicom.dcmread(images_in(images)[0])
    for name, made in trial.objects.items():
        assert made.PatientIdentityRemoved == "YES", name
        assert made.PatientID == source.PatientID != old.PatientID
        assert made.StudyInstanceUID == source.StudyInstanceUID != old.StudyInstanceUID
        if name != "report.dcm":
            assert str(old.PatientID) not in str(made)


def test_objects_are_written_from_a_case_too(original, tmp_path):
    (ref,) = scan(original)
    examination = read_examination(ref)
    save_case(
        tmp_path / "a.iqcase",
        ref,
        examination,
        propose(examination),
        load_settings(dicom_objects=("seg", "map")),
    )
    case = open_case(tmp_path / "a.iqcase")
    assert case.settings.dicom_objects == ("seg", "map")
    _, analysis = analysed(original)
    written = write_results(analysis, tmp_path / "out", lang="en", settings=case.settings, ref=case.ref)
    plain = write_results(analysis, tmp_path / "plain", lang="en", settings=case.settings, ref=ref)
    assert written.findings == ()
    found = sorted((written.folder / "dicom").iterdir())
    assert len(found) == 6
    for path in found:
        assert path.read_bytes() == (plain.folder / "dicom" / path.name).read_bytes()


@pytest.mark.parametrize(
    "text", ['[dicom]\nobjects = ["mpeg"]', "[dicom]\nobjects = 3", "[dicom]\nkinds = []", "dicom = 1"]
)
def test_wrong_settings_are_refused(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file=path)
    assert caught.value.finding.code == "settings_invalid"


def test_settings_choose_the_kinds(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('[dicom]\nobjects = ["sr"]')
    assert load_settings(file=path).dicom_objects == ("sr",)
    assert load_settings().dicom_objects == ("sr", "seg", "map", "pdf", "images")


@pytest.mark.parametrize("seed", range(12))
def test_images_damaged_after_reading_give_objects_or_findings(images, tmp_path, seed):
    ref, analysis = analysed(images)
    rng = np.random.default_rng(seed)
    for path in images_in(images):
        data = bytearray(path.read_bytes())
        for place in rng.integers(132, 3000, 1 + seed * 5):
            data[place] = rng.integers(256)
        path.write_bytes(data[: rng.integers(200, len(data))] if seed % 3 == 2 else data)
    written = write_results(analysis, tmp_path / "out", lang="en", settings=load_settings(), ref=ref)
    assert {finding.code for finding in written.findings} <= {"dicom_not_written"}
    assert (written.folder / "analysis.json").is_file()
    for path in (written.folder / "dicom").glob("*.dcm"):
        assert pydicom.dcmread(path).SOPInstanceUID
    if written.findings:
        assert all(finding.params["reason"] for finding in written.findings)


@pytest.mark.tool("dciodvfy")
def test_a_map_of_the_scanner_is_measured_and_referred_to(images, tmp_path):
    for path in images_in(images):
        image = pydicom.dcmread(path)
        if image.BodyPartExamined != "LIVER" or int(image.EchoNumbers) != 1:
            path.unlink()
            continue
        image.ImageType = ["DERIVED", "PRIMARY", "R2_STAR MAP"]
        image.SeriesDescription = "R2* map"
        image.RescaleSlope, image.RescaleIntercept, image.RescaleType = 1, 0, "1/s"
        image.PixelData = np.full((image.Rows, image.Columns), 300, np.uint16).tobytes()
        image.save_as(path)
    (ref,) = scan(images)
    examination = read_examination(ref)
    (found,) = examination.maps
    region = Region(Organ.LIVER, "parenchyma", (ellipse((60, 60), (12, 9), 0, found),))
    reading = Reading((OrganReading(Organ.LIVER, found.key, (region,)),))
    analysis = analyze(examination, reading, load_settings())
    written = write_results(analysis, tmp_path / "out", lang="en", settings=load_settings(), ref=ref)
    assert written.findings == ()
    names = {path.name for path in (written.folder / "dicom").iterdir()}
    expected = {"measurements.dcm", "report.dcm", "regions_liver.dcm", "key_images.dcm"}
    # The map is the scanner's own: it is not written again, and there is no decay.
    assert names == expected | {"key_liver_region.dcm", "key_liver_map.dcm"}
    for name in names:
        assert errors_of(written.folder / "dicom" / name) == [], name
    made = pydicom.dcmread(written.folder / "dicom" / "measurements.dcm")
    assert all(uid in str(made) for uid in found.sop_instance_uids)
    assert found.sop_instance_uids
