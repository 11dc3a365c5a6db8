"""The DICOM objects of a result: valid, of the patient's study, and holding the numbers of analysis.json."""

import re
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from dicomtrial import errors_of, images_in, referred, tried
from pydicom.sr.codedict import codes

from ironquant.core import Finding, Organ, OrganAnalysis, Value
from ironquant.export import write_results
from ironquant.export.dicomobjects.source import image_position
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom

UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
TRIALS = {
    "classic": ("moderate", "classic"),
    "enhanced": ("extreme", "enhanced"),  # beyond the sequence: bounds
    "series-per-echo": ("stack", "series-per-echo"),  # oblique stacks, 16 segments
}
READER = "李晓明"


@pytest.fixture(scope="module", params=TRIALS)
def trial(request, tmp_path_factory):
    case, layout = TRIALS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    write_phantom(simulate(replace(find_case(case), matrix=(160, 160))), folder / "images", layout)
    done = tried(folder / "images", folder / "out", lang="zh", reader=READER)
    assert done.written.findings == ()
    return done


@pytest.fixture(scope="module")
def sources(trial):
    return [pydicom.dcmread(path) for path in images_in(trial.source)]


def groups_of(report):
    content = report.content
    return {
        group.tracking_identifier: group
        for group in (
            *content.get_planar_roi_measurement_groups(),
            *content.get_volumetric_roi_measurement_groups(),
            *content.get_image_measurement_groups(),
        )
    }


def measured(group, concept, derivation=None):
    found = [
        item
        for item in group.get_measurements(name=concept)
        if (None if item.derivation is None else item.derivation.value) == derivation
    ]
    assert len(found) <= 1
    return found[0] if found else None


def own(value, meaning=""):
    return pydicom.sr.coding.Code(value, "99IRONQUANT", meaning)


def evaluated(group):
    return {item.name.value: item.value for item in group.get_qualitative_evaluations()}


# --- all of them --------------------------------------------------------------------------------------
def test_every_kind_is_there(trial):
    organs = [str(entry.organ) for entry in trial.analysis.organs]
    assert organs == ["heart", "liver"]
    expected = {"measurements.dcm", "report.dcm", "key_images.dcm"}
    for organ in organs:
        expected |= {f"regions_{organ}.dcm", f"map_{organ}_t2star.dcm", f"map_{organ}_r2star.dcm"}
        expected |= {f"key_{organ}_{kind}.dcm" for kind in ("region", "map", "curve")}
    assert set(trial.objects) == expected


@pytest.mark.tool("dciodvfy")
def test_dciodvfy_finds_no_error_in_any(trial):
    for path in (trial.written.folder / "dicom").glob("*.dcm"):
        assert errors_of(path) == [], path.name


def test_patient_and_study_are_those_of_the_images(trial, sources):
    same = ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "PatientAge", "StudyInstanceUID")
    same += ("StudyDate", "AccessionNumber", "StudyID", "StudyDescription", "ReferringPhysicianName")
    for name, made in trial.objects.items():
        for keyword in same:
            assert str(made[keyword].value) == str(sources[0][keyword].value), (name, keyword)
        assert made.SpecificCharacterSet == "ISO_IR 192"


def test_series_are_told_apart_and_described(trial):
    series = {}
    for made in trial.objects.values():
        told = (int(made.SeriesNumber), made.SeriesDescription, made.Modality)
        assert series.setdefault(made.SeriesInstanceUID, told) == told
        assert made.SeriesDescription.startswith("IronQuant ")
        assert made.Manufacturer == "IronQuant"
        assert made.SoftwareVersions
    assert len({number for number, _, _ in series.values()}) == len(series)
    assert len({description for _, description, _ in series.values()}) == len(series)


def test_uids_are_valid_and_all_references_lead_somewhere(trial, sources):
    objects = trial.objects
    known = {(str(one.SOPClassUID), str(one.SOPInstanceUID)) for one in (*sources, *objects.values())}
    assert len({one.SOPInstanceUID for one in objects.values()}) == len(objects)
    for name, made in objects.items():
        for uid in (made.SOPInstanceUID, made.SeriesInstanceUID):
            assert UID.fullmatch(uid)
            assert len(uid) <= 64
        found = referred(made)
        assert found, name
        assert found <= known, name


def test_the_same_input_gives_the_same_bytes(trial, tmp_path):
    again = tried(trial.source, tmp_path, lang="zh", reader=READER)
    for path in (trial.written.folder / "dicom").glob("*.dcm"):
        assert path.read_bytes() == (again.written.folder / "dicom" / path.name).read_bytes(), path.name


def test_another_reader_gives_other_uids_of_what_names_him(trial, tmp_path):
    other = tried(trial.source, tmp_path, lang="zh", reader="王芳")
    first, second = trial.objects["measurements.dcm"], other.objects["measurements.dcm"]
    assert first.SOPInstanceUID != second.SOPInstanceUID


# --- measurements -------------------------------------------------------------------------------------
def test_the_report_holds_the_numbers_of_analysis_json(trial):
    report = highdicom.sr.srread(trial.written.folder / "dicom" / "measurements.dcm")
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    groups = groups_of(report)
    for organ in trial.numbers["organs"]:
        result = organ["result"]
        for region in organ["regions"]:
            group = groups[f"{organ['organ']} {region['site']}"]
            told = evaluated(group)
            area, pixels = (
                measured(group, codes.SCT.AreaOfDefinedRegion),
                measured(group, own("NPIXELS")),
            )
            assert (area.value, area.unit.value) == (region["area_mm2"], "mm2")
            assert pixels.value == region["n_pixels"]
            fit = next(model for model in region["models"] if model["model"] == result["model"])
            from_ = result if region["reported"] else fit
            for concept, key, unit in (
                (codes.DCM.T2Star, "t2star_ms", "ms"),
                (codes.DCM.R2Star, "r2star_per_s", "/s"),
            ):
                item = measured(group, concept)
                assert (item.value, item.unit.value) == (from_[key]["value"], unit)
                assert item.method.value == f"MODEL-{result['model']}".upper()
                limit = from_[key]["bound"] != "none"
                assert (item.qualifier is not None and item.qualifier.value == "114009") == limit
            assert measured(group, own("FITR2")).value == from_["r_squared"]
            assert told["REPORTED"].value == ("373066001" if region["reported"] else "373067005")
            if not region["reported"]:
                assert "GRADE" not in told
                continue
            iron = measured(group, own("MIC" if organ["organ"] == "heart" else "LIC"))
            assert iron.value == result["iron_mg_per_g"]["value"]
            assert iron.unit.value == "mg/g"
            assert iron.method.value == result["iron_mg_per_g"]["calibration"]
            assert told["SCHEME"].value == result["grade"]["scheme"]
            severity = {"normal": codes.SCT.Normal, "mild": codes.SCT.Mild, "moderate": codes.SCT.Moderate}
            severity["severe"] = codes.SCT.Severe
            assert told["GRADE"] == severity[result["grade"]["code"]]
            signal = group.get_measurements(name=codes.DCM.MRSignalIntensity)
            for statistic, key in ((codes.SCT.Mean, "signal"), (codes.SCT.StandardDeviation, "signal_sd")):
                values = [item.value for item in signal if item.derivation == statistic]
                assert values == region["curve"][key]


def test_limits_are_qualified_worded_and_flagged(trial):
    found = 0
    report = highdicom.sr.srread(trial.written.folder / "dicom" / "measurements.dcm")
    for organ in trial.numbers["organs"]:
        value = organ["result"]["t2star_ms"]
        group = groups_of(report)[f"{organ['organ']} {organ['result']['site']}"]
        item = measured(group, codes.DCM.T2Star)[0]
        below = {child.ConceptNameCodeSequence[0].CodeValue: child for child in item.ContentSequence}
        if value["bound"] == "none":
            assert "RANGEFLAG" not in below
            low, high = (below[end].MeasuredValueSequence[0] for end in ("CI95LOW", "CI95HIGH"))
            assert [low.FloatingPointValue, high.FloatingPointValue] == value["ci95"]
            continue
        found += 1
        assert value["bound"] == "upper"
        assert below["RANGEFLAG"].ConceptCodeSequence[0].CodeValue == "ATMOST"
        words = below["121051"].TextValue  # Equivalent Meaning of Value
        assert words.startswith("< ")
        assert float(words.split()[1]) >= value["value"]
        assert words.endswith(" ms")
    assert found == (1 if "extreme" in str(trial.ref.patient.id).lower() else 0)


def test_the_segments_together_are_a_group(trial):
    report = highdicom.sr.srread(trial.written.folder / "dicom" / "measurements.dcm")
    told = [organ["segmental"] for organ in trial.numbers["organs"] if organ["segmental"]]
    group = groups_of(report).get("heart segments together")
    assert (group is None) == (not told)
    for summary in told:
        item = measured(group, codes.DCM.T2Star, derivation=codes.SCT.Mean.value)
        assert item.value == summary["global_t2star_ms"]["value"]
        assert measured(group, own("NSEGMENTS")).value == summary["n_segments"] == 16


def test_groups_refer_to_their_segment_and_images(trial):
    report = highdicom.sr.srread(trial.written.folder / "dicom" / "measurements.dcm")
    groups = groups_of(report)
    for entry in trial.analysis.organs:
        segments = trial.objects[f"regions_{entry.organ}.dcm"]
        uids = set(entry.series.sop_instance_uids)
        for number, region in enumerate(entry.regions, start=1):
            group = groups[f"{entry.organ} {region.region.site}"]
            told = segments.SegmentSequence[number - 1]
            assert group.tracking_uid == told.TrackingUID
            assert group.finding_sites[0].value.value == told.SegmentedPropertyTypeCodeSequence[0].CodeValue
            (image,) = (item for item in group[0].ContentSequence if "Segment" in item.name.meaning[:19])
            reference = image.ReferencedSOPSequence[0]
            assert reference.ReferencedSOPInstanceUID == segments.SOPInstanceUID
            if "ReferencedSegmentNumber" in reference:
                assert reference.ReferencedSegmentNumber == number
            else:
                frames = np.atleast_1d(reference.ReferencedFrameNumber)
                shown = sum(segments.pixel_array.reshape(-1, *segments.pixel_array.shape[-2:])[frames - 1])
                assert shown.sum() == region.n_pixels
            if region.region.reported:
                t2star = measured(group, codes.DCM.T2Star)
                used = {
                    item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
                    for item in t2star.referenced_images
                }
                assert used <= uids


def test_observers_are_the_reader_and_the_software(trial):
    report = highdicom.sr.srread(trial.written.folder / "dicom" / "measurements.dcm")
    names = [
        str(item.value)
        for item in report.content[0].ContentSequence
        if item.name == codes.DCM.PersonObserverName
    ]
    assert [name.rstrip("^") for name in names] == [READER]
    (device,) = (
        item.value for item in report.content[0].ContentSequence if item.name == codes.DCM.DeviceObserverName
    )
    assert device.startswith("IronQuant ")


def test_an_organ_that_is_not_assessable_says_why(trial, tmp_path):
    reason = Finding("region_not_found", "warning", {"organ": "spleen", "reason": "organ_not_seen"})
    spleen = OrganAnalysis(Organ.SPLEEN, None, findings=(reason,))
    analysis = replace(trial.analysis, organs=(*trial.analysis.organs, spleen))
    written = write_results(analysis, tmp_path, lang="en", settings=load_settings(), ref=trial.ref)
    path = written.folder / "dicom" / "measurements.dcm"
    group = groups_of(highdicom.sr.srread(path))["spleen not assessable"]
    told = evaluated(group)
    assert told["ASSESSABILITY"].value == "NOTASSESSABLE"
    assert told["REASON"].value == "region_not_found"
    assert group.finding_sites[0].value == codes.SCT.Spleen
    assert errors_of(path) == []


def test_a_lower_limit_of_iron_reads_more_than(trial, tmp_path):
    def capped(entry):
        iron = replace(entry.result.iron, iron_mg_per_g=Value(25.0, "lower"), in_valid_range=False)
        return replace(entry, result=replace(entry.result, iron=iron))

    analysis = replace(trial.analysis, organs=tuple(map(capped, trial.analysis.organs)))
    written = write_results(analysis, tmp_path, lang="en", settings=load_settings(), ref=trial.ref)
    groups = groups_of(highdicom.sr.srread(written.folder / "dicom" / "measurements.dcm"))
    liver = analysis.organs[1]
    item = measured(groups[f"liver {liver.result.site}"], own("LIC"))
    assert (item.value, item.qualifier) == (25.0, codes.DCM.ValueOutOfRange)
    below = {child.ConceptNameCodeSequence[0].CodeValue: child for child in item[0].ContentSequence}
    assert below["RANGEFLAG"].ConceptCodeSequence[0].CodeValue == "ATLEAST"
    assert below["121051"].TextValue == "> 25 mg/g"
    assert below["INRANGE"].ConceptCodeSequence[0].CodeMeaning == "No"


# --- maps ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "attribute", "unit"), [("t2star", "t2star_ms", "ms"), ("r2star", "r2star_per_s", "/s")]
)
def test_maps_hold_the_values_in_their_place(trial, kind, attribute, unit):
    for entry in trial.analysis.organs:
        path = trial.written.folder / "dicom" / f"map_{entry.organ}_{kind}.dcm"
        image = highdicom.imread(path)
        mapping = pydicom.dcmread(path).SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
        assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == unit
        quantity = mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0].CodeValue
        assert quantity == ("113064" if kind == "t2star" else "126395")
        values = getattr(entry.maps, attribute)
        volume = image.get_volume(apply_real_world_transform=True, dtype=np.float64)
        # From the place of every frame to the slice of the series, by its own affine.
        for index in range(values.shape[0]):
            centre = volume.affine @ [index, 0, 0, 1]
            column, row, slice_, _ = np.linalg.solve(entry.series.affine, centre)
            assert (round(column, 3), round(row, 3)) == (0, 0)
            np.testing.assert_array_equal(volume.array[index].astype(np.float32), values[round(slice_)])
        assert np.isnan(values).any(), "the rule for pixels without a value is tried"
        finite = values[np.isfinite(values)]
        assert mapping.DoubleFloatRealWorldValueFirstValueMapped == finite.min()
        assert mapping.DoubleFloatRealWorldValueLastValueMapped == finite.max()


def test_maps_share_the_frame_of_reference_and_name_every_echo(trial, sources):
    by_uid = {str(image.SOPInstanceUID): image for image in sources}
    for entry in trial.analysis.organs:
        made = trial.objects[f"map_{entry.organ}_t2star.dcm"]
        echoes = set()
        for group in made.PerFrameFunctionalGroupsSequence:
            place = [float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient]
            for item in group.DerivationImageSequence[0].SourceImageSequence:
                image = by_uid[item.ReferencedSOPInstanceUID]
                assert image.FrameOfReferenceUID == made.FrameOfReferenceUID
                frame = int(item.get("ReferencedFrameNumber", 1)) - 1
                np.testing.assert_allclose(image_position(image, frame), place, atol=1e-4)
                echoes.add((item.ReferencedSOPInstanceUID, frame))
        slices = entry.series.shape[0]
        assert len(echoes) == slices * len(entry.series.te_ms)


# --- report and key images ----------------------------------------------------------------------------
def test_the_report_is_the_pdf(trial):
    made = trial.objects["report.dcm"]
    document = (trial.written.folder / "report.pdf").read_bytes()
    assert made.EncapsulatedDocument[: made.EncapsulatedDocumentLength] == document
    assert len(made.EncapsulatedDocument) % 2 == 0
    assert made.MIMETypeOfEncapsulatedDocument == "application/pdf"
    assert made.LanguageCodeSequence[0].CodeValue.startswith("zh")
    assert made.DocumentTitle
    assert not made.DocumentTitle.isascii()


def test_key_images_are_pictures_and_are_listed(trial):
    listed = {uid for _, uid in referred(trial.objects["key_images.dcm"])}
    pictures = {name: made for name, made in trial.objects.items() if re.match(r"key_\w+_\w+\.dcm", name)}
    pictures.pop("key_images.dcm", None)
    assert listed == {made.SOPInstanceUID for made in pictures.values()}
    for name, made in pictures.items():
        pixels = made.pixel_array
        assert pixels.shape == (576, 768, 3)
        coloured = (np.ptp(pixels.astype(int), axis=-1) > 20).mean()
        assert coloured > 0.05 if name.endswith("map.dcm") else coloured < 0.05, name
        # Nobody is named on it.
        assert made.BurnedInAnnotation == "NO"


def test_only_what_is_asked_for_is_written_and_earlier_objects_go(trial, tmp_path):
    out = tmp_path / "out"
    write_results(trial.analysis, out, lang="en", settings=load_settings(), ref=trial.ref)
    settings = load_settings(dicom_objects=("sr", "pdf"))
    written = write_results(trial.analysis, out, lang="en", settings=settings, ref=trial.ref)
    assert {path.name for path in (written.folder / "dicom").iterdir()} == {"measurements.dcm", "report.dcm"}
    assert settings.sha256 == load_settings().sha256
    nothing = load_settings(dicom_objects=())
    written = write_results(trial.analysis, out, lang="en", settings=nothing, ref=trial.ref)
    assert not list((written.folder / "dicom").iterdir())
