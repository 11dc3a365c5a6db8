"""NIfTI as BIDS datasets and dcm2niix hold it: inherited sidecars, names, subjects, character sets."""

from __future__ import annotations

import gzip
import json
import zipfile

import nibabel
import numpy as np
import pytest
from dicom_samples import codes, only

from ironquant.cli.say import worst_first
from ironquant.cli.study import heading
from ironquant.core import InputError
from ironquant.dicom import read_examination, scan
from ironquant.dicom.deid import deidentify

TE_MS = (1.2, 2.4, 3.6, 4.8)
SHAPE = (6, 5, 2)
RAS = np.array([[-2.0, 0, 0, 90], [0, -3.0, 0, 80], [0, 0, 7.0, -20], [0, 0, 0, 1]])


def echo(number, brightness=1000):
    return (brightness - 100 * number + np.arange(60).reshape(SHAPE)).astype(np.int16)


def write(path, data, **sidecar):
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(data, RAS), path)
    if sidecar:
        note(path.with_name(path.name.split(".nii")[0] + ".json"), **sidecar)


def note(path, **sidecar):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sidecar), encoding="utf-8")


def echoes(folder, name, *, timed=True, **sidecar):
    for number, te in enumerate(TE_MS):
        told = {"EchoTime": te / 1000, **sidecar} if timed else sidecar
        write(folder / name.format(number + 1), echo(number), **told)


def test_a_sidecar_at_the_top_of_the_dataset_holds_for_all_subjects(tmp_path):
    for subject in ("01", "02"):
        for number in range(4):
            name = f"sub-{subject}_ses-1_echo-{number + 1}_MEGRE.nii.gz"
            write(tmp_path / f"sub-{subject}/ses-1/anat" / name, echo(number))
    for number, te in enumerate(TE_MS):
        note(tmp_path / f"echo-{number + 1}_MEGRE.json", EchoTime=te / 1000)
    note(tmp_path / "MEGRE.json", MagneticFieldStrength=1.5, EchoTime=0.5)
    note(tmp_path / "sub-01/sub-01_MEGRE.json", MagneticFieldStrength=3)
    note(tmp_path / "T1w.json", ImageType=["DERIVED", "PRIMARY", "T1 MAP"])
    first, second = sorted(scan(tmp_path), key=lambda exam: exam.patient.id)
    assert (first.patient.id, second.patient.id) == ("01", "02")
    assert (first.study.nominal_field_t, second.study.nominal_field_t) == (3, 1.5)
    for exam in (first, second):
        (series,) = read_examination(exam).series
        assert series.te_ms == pytest.approx(TE_MS)
        assert codes(series) == []


def test_inherited_sidecars_in_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "bids.zip", "w") as archive:
        for number, te in enumerate(TE_MS):
            name = f"sub-01_echo-{number + 1}_MEGRE.nii"
            archive.writestr(f"data/sub-01/anat/{name}", nibabel.Nifti1Image(echo(number), RAS).to_bytes())
            archive.writestr(f"data/echo-{number + 1}_MEGRE.json", json.dumps({"EchoTime": te / 1000}))
    assert only(tmp_path / "bids.zip").readable_series[0].te_ms == pytest.approx(TE_MS)


@pytest.mark.parametrize("name", ["sub-01_echo-{}_MEGRE", "gre_5_e{}"])
def test_one_sidecar_with_a_list_for_one_file_per_echo(tmp_path, name):
    echoes(tmp_path, name + ".nii.gz", timed=False)
    common = name.replace("_echo-{}", "").replace("_e{}", "")
    note(tmp_path / f"{common}.json", EchoTime=[te / 1000 for te in TE_MS], MagneticFieldStrength=1.5)
    (ref,) = only(tmp_path).readable_series
    assert ref.te_ms == pytest.approx(TE_MS)


def test_the_sidecar_of_another_image_holds_for_no_other(tmp_path):
    echoes(tmp_path, "liver_e{}.nii.gz", timed=False)
    write(tmp_path / "liver.nii.gz", echo(0), EchoTime=[te / 1000 for te in TE_MS])
    assert not only(tmp_path).readable_series


def test_what_dcm2niix_calls_phase_or_real_is_no_magnitude(tmp_path):
    for end in ("", "_ph", "_real", "_imaginary"):
        echoes(tmp_path, "gre_5_e{}" + end + ".nii.gz")
    exam = only(tmp_path)
    assert sorted(ref.component for ref in exam.series) == ["imaginary", "magnitude", "phase", "real"]
    (ref,) = exam.readable_series
    assert (ref.description, ref.component) == ("gre_5", "magnitude")


def test_headers_come_before_names(tmp_path):
    told = {"ImageType": ["ORIGINAL", "PRIMARY", "M"], "SeriesNumber": 1}
    echoes(tmp_path, "e{}_ph.nii.gz", **told)
    assert only(tmp_path).series[0].component == "magnitude"


def test_runs_of_one_name_are_trains_of_their_own(tmp_path):
    for run in (1, 2):
        echoes(tmp_path, f"sub-01_run-{run}_echo-{{}}_MEGRE.nii.gz", SeriesDescription="liver")
    exam = only(tmp_path)
    assert [ref.te_ms for ref in exam.readable_series] == [pytest.approx(TE_MS)] * 2
    assert not any("te_duplicate" in codes(ref) for ref in exam.series)


@pytest.mark.parametrize("folders", [("sub-01/anat", "sub-02/anat"), ("Li Si", "Zhang San")])
def test_files_of_one_name_and_size_are_not_merged_into_one_patient(tmp_path, folders):
    for number, folder in enumerate(folders):
        for index in range(4):  # uncompressed: the same size for every patient
            write(tmp_path / folder / f"megre_e{index + 1}.nii", echo(index, 1000 + 50 * number))
            note(tmp_path / folder / f"megre_e{index + 1}.json", EchoTime=TE_MS[index] / 1000)
    exams = scan(tmp_path)
    assert len({exam.study.instance_uid for exam in exams}) == 2
    assert [len(exam.readable_series) for exam in exams] == [1, 1]
    firsts = {float(read_examination(exam).series[0].signal[0, 0, 0, 0]) for exam in exams}
    assert len(firsts) == 2


def test_names_in_capitals(tmp_path):
    echoes(tmp_path, "GRE_E{}.nii.gz")
    for path in list(tmp_path.iterdir()):
        path.rename(tmp_path / path.name.upper())
    assert len(only(tmp_path).readable_series) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_sidecars_in_the_character_set_of_the_scanner(tmp_path, encoding):
    for number, te in enumerate(TE_MS):
        write(tmp_path / f"gre_e{number + 1}.nii.gz", echo(number))
        told = {"EchoTime": te / 1000, "SeriesDescription": "肝脏 T2*", "PatientName": "王^小东"}
        text = json.dumps(told, ensure_ascii=False)
        (tmp_path / f"gre_e{number + 1}.json").write_bytes(text.encode(encoding))
    exam = only(tmp_path)
    assert exam.readable_series[0].description == "肝脏 T2*"
    assert exam.patient.name == "王小东"


def test_echo_times_in_seconds_given_by_hand(tmp_path):
    write(tmp_path / "a.nii.gz", np.stack([echo(n) for n in range(4)], axis=-1))
    (exam,) = scan(tmp_path, te_ms=[te / 1000 for te in TE_MS])
    assert exam.readable_series[0].te_ms == pytest.approx(TE_MS)
    assert codes(exam.series[0])[:2] == ["te_seconds", "te_by_hand"]


def test_a_wrong_number_of_echo_times_is_told(tmp_path):
    write(tmp_path / "a.nii.gz", np.stack([echo(n) for n in range(4)], axis=-1))
    (exam,) = scan(tmp_path, te_ms=TE_MS[:3])
    (told,) = (finding for finding in exam.series[0].findings if finding.code == "te_count")
    assert dict(told.params) == {"file": "a.nii.gz", "n_given": 3, "n_volumes": 4}


def test_echoes_in_the_fifth_dimension(tmp_path):
    data = np.stack([echo(n) for n in range(4)], axis=-1)[..., None, :]
    write(tmp_path / "a.nii.gz", data, EchoTime=[te / 1000 for te in TE_MS])
    (series,) = read_examination(only(tmp_path)).series
    assert series.signal[0, 0, 0].tolist() == [1000, 900, 800, 700]


def test_colour_images_are_refused_as_such(tmp_path):
    write(tmp_path / "a.nii", np.zeros(SHAPE, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")]))
    with pytest.raises(InputError, match="reason_colour"):
        scan(tmp_path)


def test_copies_without_identity_keep_runs_and_components_apart(tmp_path):
    for run in (1, 2):
        echoes(tmp_path / "in", f"sub-01_run-{run}_echo-{{}}_MEGRE.nii.gz", SeriesDescription="liver")
    echoes(tmp_path / "in", "gre_e{}_ph.nii.gz")
    deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "key.json")
    series = [ref for exam in scan(tmp_path / "out") for ref in exam.series]
    assert sorted(ref.component for ref in series) == ["magnitude", "magnitude", "phase"]
    assert all(ref.te_ms == pytest.approx(TE_MS) for ref in series)


def test_examinations_without_a_name_are_told_apart_by_their_folders(tmp_path):
    for number, folder in enumerate(("bed 1", "bed 2")):
        for index, te in enumerate(TE_MS):
            path = tmp_path / folder / f"e{index + 1}.nii"
            write(path, echo(index, 1000 + number), EchoTime=te / 1000, SeriesNumber=1)
    assert sorted(heading(exam) for exam in scan(tmp_path)) == ["bed 1 · –", "bed 2 · –"]


def test_a_wrong_number_of_echo_times_is_what_info_shows(tmp_path):
    write(tmp_path / "a.nii.gz", np.stack([echo(n) for n in range(4)], axis=-1))
    ((ref,),) = (exam.series for exam in scan(tmp_path, te_ms=TE_MS[:3]))
    assert worst_first(ref.findings)[0].code == "te_count"


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
def test_a_header_that_claims_more_than_the_file_can_hold_is_refused(tmp_path, ending):
    image = nibabel.Nifti1Image(echo(0), RAS)
    image.header.set_data_shape((32767, 32767, 32767))
    data = image.header.binaryblock + bytes(400)
    (tmp_path / f"a.{ending}").write_bytes(gzip.compress(data) if ending == "nii.gz" else data)
    with pytest.raises(InputError, match="reason_damaged"):
        scan(tmp_path)


def test_results_among_the_images_are_no_examinations(tmp_path):
    echoes(tmp_path, "sub-01_echo-{}_MEGRE.nii.gz")
    for name in ("maps/liver_t2star", "regions/liver_parenchyma"):
        write(tmp_path / "nodate_0123abcd" / f"{name}.nii.gz", echo(0))
        write(tmp_path / "20240612_0123abcd" / f"{name}.nii.gz", echo(0))
    assert only(tmp_path).readable_series
    write(tmp_path / "regions/liver.nii.gz", echo(0))  # in a folder of the user's own
    assert len(scan(tmp_path)) == 2
    assert scan(tmp_path / "nodate_0123abcd/maps")[0].series[0].component
