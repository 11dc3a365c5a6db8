"""Cases as files: what goes in comes out, the same bytes each time, and damage is told."""

import contextlib
import hashlib
import json
import random
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from ironquant.case import Case, lock_case, open_case, save_case, state_of
from ironquant.core import CancelledError, CancelToken, CaseError, Organ, OutputError
from ironquant.dicom import read_examination, slice_headers

N_FLIPS = 150


@pytest.fixture(scope="module")
def case_file(patient, tmp_path_factory):
    return patient.save(tmp_path_factory.mktemp("case") / "a.iqcase")


def refused(path) -> tuple[str, str, str]:
    """Code, member and reason of the error that opening a case ends with."""
    with pytest.raises(CaseError) as caught:
        open_case(path)
    told = caught.value.finding.params
    return caught.value.finding.code, told.get("member", ""), told.get("reason", "")


def test_a_case_gives_back_examination_reading_settings_and_numbers(patient, case_file, images):
    case = open_case(case_file)
    assert case.state == "draft"
    assert case.examination.patient == patient.examination.patient
    assert case.examination.study == patient.examination.study
    assert case.examination.findings == patient.examination.findings
    assert [series.key for series in case.examination.series] == [
        entry.series_key for entry in patient.reading.organs
    ]
    for series in case.examination.series:
        first = patient.examination.series_by_key(series.key)
        for name in ("te_ms", "findings", "acquisition", "organ_guess", "sop_instance_uids", "description"):
            assert getattr(series, name) == getattr(first, name)
        assert np.array_equal(series.signal, first.signal)
        assert np.array_equal(series.affine, first.affine)
    assert case.settings == patient.settings
    assert case.analysis_json == patient.analysis_json
    files = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in images.iterdir()}
    with zipfile.ZipFile(case_file) as archive:
        kept = [name for name in archive.namelist() if name.startswith("images/")]
        for name in kept:
            assert files[hashlib.sha256(archive.read(name)).hexdigest()] == name.rpartition("/")[2]
    assert len(kept) == len(files)


def test_results_can_refer_to_the_images_in_a_case(case_file):
    for entry in open_case(case_file).ref.series:
        assert {header.SeriesInstanceUID for header, _ in slice_headers(entry)} == {entry.instance_uid}


def test_only_what_is_measured_is_kept(patient, tmp_path):
    entries = tuple(entry for entry in patient.reading.organs if entry.organ == Organ.LIVER)
    liver = replace(patient, reading=replace(patient.reading, organs=entries))
    case = open_case(liver.save(tmp_path / "liver.iqcase"))
    assert [series.key for series in case.examination.series] == [entries[0].series_key]
    nothing = replace(patient, reading=replace(patient.reading, organs=()))
    assert len(open_case(nothing.save(tmp_path / "all.iqcase")).examination.series) == 2


def test_the_same_content_gives_the_same_bytes_wherever_the_images_lie(
    patient, case_file, images, tmp_path, measure
):
    again = patient.save(tmp_path / "other name.iqcase")
    assert again.read_bytes() == case_file.read_bytes()
    packed = shutil.make_archive(str(tmp_path / "study"), "zip", images)
    assert measure(packed).save(tmp_path / "z.iqcase").read_bytes() == case_file.read_bytes()


def test_a_case_is_saved_again_from_itself(case_file, tmp_path, content_of):
    copy = tmp_path / "b.iqcase"
    copy.write_bytes(case_file.read_bytes())
    case = open_case(copy)
    reading = replace(case.reading, impression="肝铁 ↑", reader="𠮷")
    with lock_case(copy) as lock:
        save_case(copy, case.ref, case.examination, reading, case.settings, lock=lock)
    found = open_case(copy)
    assert (found.reading.impression, found.reading.reader, found.analysis_json) == ("肝铁 ↑", "𠮷", None)
    save_case(
        copy, found.ref, found.examination, case.reading, found.settings, analysis_json=case.analysis_json
    )
    assert content_of(open_case(copy)) == content_of(case)


def test_a_chinese_name_in_gb18030(images, tmp_path, measure):
    folder = tmp_path / "王小明 CD" / "影像:1"
    folder.mkdir(parents=True)
    for path in images.iterdir():
        header = pydicom.dcmread(path)
        header.SpecificCharacterSet = "GB18030"
        header.PatientName = "𠮷^喆"
        header.save_as(folder / f"图{path.name}")
    case = open_case(measure(tmp_path / "王小明 CD").save(tmp_path / "病例.iqcase"))
    assert case.examination.patient.name == "𠮷喆"
    assert len(case.examination.series) == 2


def test_a_final_case_is_never_replaced(patient, tmp_path):
    path = patient.save(tmp_path / "a.iqcase", state="final")
    before = path.read_bytes()
    assert open_case(path).final
    with pytest.raises(OutputError) as caught:
        patient.save(path)
    assert caught.value.finding.code == "case_final"
    assert path.read_bytes() == before


def test_images_that_changed_since_they_were_read_are_not_archived(images, tmp_path, measure):
    folder = tmp_path / "images"
    shutil.copytree(images, folder)
    found = measure(folder)
    victim = folder / "IM0003"
    with victim.open("ab") as file:
        file.write(b"\0\0")
    for removed in (False, True):
        if removed:
            victim.unlink()
        with pytest.raises(OutputError) as caught:
            found.save(tmp_path / "a.iqcase")
        assert caught.value.finding.code == "case_image_changed"
        assert caught.value.finding.params["file"] == "IM0003"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images"]


def test_saving_and_opening_can_be_cancelled(patient, case_file, tmp_path):
    cancel = CancelToken()
    seen = []

    def progress(fraction, step):
        seen.append((step, fraction))
        if fraction > 0.5:
            cancel.cancel()

    with pytest.raises(CancelledError):
        patient.save(tmp_path / "a.iqcase", progress=progress, cancel=cancel)
    assert not list(tmp_path.iterdir())
    with pytest.raises(CancelledError):
        open_case(case_file, cancel=cancel)
    assert {step for step, _ in seen} == {"case_save"}
    assert [fraction for _, fraction in seen] == sorted(fraction for _, fraction in seen)


def test_flipped_bits_are_told_or_change_nothing(case_file, tmp_path, content_of):
    """At places all over the file, and more of them in the listing at its end."""
    sound = case_file.read_bytes()
    expected = content_of(open_case(case_file))
    chance = random.Random(7)
    listing = sound.rindex(b"manifest.json") - sound.count(b"PK\x01\x02") * 70
    with zipfile.ZipFile(case_file) as archive:
        starts = [info.header_offset for info in archive.infolist()]
    positions = [chance.randrange(len(sound)) for _ in range(N_FLIPS // 3)]
    positions += [chance.randrange(listing, len(sound)) for _ in range(N_FLIPS // 3)]
    positions += [chance.choice(starts) + chance.randrange(60) for _ in range(N_FLIPS // 3)]
    told = 0
    damaged = tmp_path / "damaged.iqcase"
    for position in positions:
        data = bytearray(sound)
        data[position] ^= 1 << chance.randrange(8)
        damaged.write_bytes(data)
        with contextlib.suppress(CaseError):
            told += 1
            case = open_case(damaged)
            told -= 1
            assert content_of(case) == expected, position
    assert told > N_FLIPS // 2


def test_a_flipped_byte_of_an_image_names_the_image(case_file, tmp_path):
    with zipfile.ZipFile(case_file) as archive:
        info = archive.getinfo("images/1/IM0005")
    data = bytearray(case_file.read_bytes())
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 1
    damaged = tmp_path / "a.iqcase"
    damaged.write_bytes(data)
    assert refused(damaged) == ("case_damaged", "images/1/IM0005", "reason_case_changed")


def test_a_case_cut_off_anywhere_is_refused(case_file, tmp_path):
    data = case_file.read_bytes()
    cut = tmp_path / "a.iqcase"
    for size in (0, 1, 30, 1000, len(data) // 2, len(data) - 1000, len(data) - 1):
        cut.write_bytes(data[:size])
        assert refused(cut)[0] in ("not_a_case", "case_damaged")
        assert state_of(cut) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil", "reason_case_name"),
        ("/etc/evil", "reason_case_name"),
        ("images/1/../../evil", "reason_case_name"),
        ("C:\\evil", "reason_case_name"),
        ("images\\evil", "reason_case_name"),
        ("images//evil", "reason_case_name"),
        ("images/1/added", "reason_case_unexpected"),
    ],
)
def test_names_that_lead_elsewhere_and_parts_added_are_refused(case_file, tmp_path, rewritten, name, reason):
    path = rewritten(case_file, tmp_path / "a.iqcase", {name: b"x"})
    assert refused(path) == ("case_damaged", name, reason)


def test_a_part_replaced_or_missing_is_refused(case_file, tmp_path, rewritten):
    with zipfile.ZipFile(case_file) as archive:
        reading = archive.read("reading.json")
    swapped = reading.replace(b'"reported": true', b'"reported":false')
    path = rewritten(case_file, tmp_path / "a.iqcase", {"reading.json": swapped})
    assert len(swapped) == len(reading)
    assert swapped != reading
    assert refused(path) == ("case_damaged", "reading.json", "reason_case_changed")
    path = rewritten(case_file, tmp_path / "a.iqcase", {"settings.json": None})
    assert refused(path) == ("case_damaged", "settings.json", "reason_case_missing")
    path = rewritten(case_file, tmp_path / "a.iqcase", {"manifest.json": None})
    assert refused(path)[0] == "not_a_case"


def with_member(archive_path, target, rewritten, name, data):
    """Rewrite a case with another member of which the manifest knows."""
    with zipfile.ZipFile(archive_path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["members"] = [row for row in manifest["members"] if row["name"] != name]
    manifest["members"].append({"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    return rewritten(archive_path, target, {name: data, "manifest.json": json.dumps(manifest).encode()})


def test_a_newer_part_is_told_as_newer(patient, case_file, tmp_path, rewritten):
    newer = b'{"schema": "ironquant.reading/9", "wonders": []}'
    path = with_member(case_file, tmp_path / "a.iqcase", rewritten, "reading.json", newer)
    assert refused(path)[:2] == ("case_newer", "reading.json")
    path = rewritten(
        case_file,
        tmp_path / "b.iqcase",
        {"manifest.json": b'{"schema": "ironquant.case/2", "software": "X 9"}'},
    )
    with pytest.raises(CaseError) as caught:
        open_case(path)
    assert caught.value.finding.params["software"] == "X 9"
    with pytest.raises(CaseError):  # nor is it written over
        patient.save(path)


def test_a_bomb_is_not_inflated(case_file, tmp_path, rewritten, monkeypatch):
    monkeypatch.setattr("ironquant.case.opening._MOST_TEXT_BYTES", 2**20)
    bomb = with_member(case_file, tmp_path / "a.iqcase", rewritten, "reading.json", bytes(2**20 + 1))
    assert refused(bomb)[:2] == ("case_too_large", "reading.json")


def test_what_is_no_case(tmp_path, images):
    (tmp_path / "text.iqcase").write_text("nothing")
    with zipfile.ZipFile(tmp_path / "zip.iqcase", "w") as archive:
        archive.writestr("a", b"b")
    assert refused(tmp_path / "none.iqcase")[0] == "path_missing"
    assert refused(tmp_path)[0] == "path_missing"
    for name in ("text.iqcase", "zip.iqcase"):
        assert refused(tmp_path / name)[0] == "not_a_case"
    assert refused(images / "IM0001")[0] == "not_a_case"


def test_opening_leaves_nothing_on_the_disk(case_file, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    case = open_case(case_file)
    assert isinstance(case, Case)
    assert read_examination(case.ref).series[0].te_ms == case.examination.series[0].te_ms
    assert not list(tmp_path.iterdir())
