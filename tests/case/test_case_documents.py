"""Readings and settings as documents: exact, versioned, with defaults for what is older."""

import datetime as dt
import json
import runpy
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ironquant.case.document import (
    READING_SCHEMA_ID,
    SETTINGS_SCHEMA_ID,
    ReadingDocument,
    SettingsDocument,
    parse,
    read_reading,
    settings_of,
    to_json,
    to_reading_document,
    to_settings_document,
)
from ironquant.core import (
    CaseError,
    ClinicalData,
    Finding,
    Organ,
    OrganReading,
    OrganSettings,
    Reading,
    Region,
    RegionEvent,
    Settings,
)
from ironquant.iron import load_settings
from ironquant.resources import resource_path

FILE = Path("a.iqcase")
words = st.text(max_size=12)
places = st.floats(allow_nan=False, allow_infinity=False)
times = st.none() | st.datetimes(timezones=st.just(dt.UTC) | st.just(dt.timezone(dt.timedelta(hours=8))))
contours = st.lists(st.tuples(places, places, places), min_size=3, max_size=6).map(np.array)
values = words | st.integers(-(2**53), 2**53) | places | st.booleans() | st.none()
findings = st.builds(
    Finding,
    words,
    st.sampled_from(["info", "warning", "error"]),
    st.dictionaries(words, values | st.lists(places | words, max_size=3).map(tuple), max_size=3),
    words,
)
regions = st.builds(
    Region,
    organ=st.sampled_from(Organ),
    site=words,
    contours=st.lists(contours, max_size=3).map(tuple),
    source=st.sampled_from(["auto", "manual", "edited", "file"]),
    proposer=words,
    confidence=st.none() | st.floats(0, 1),
    reported=st.booleans(),
    history=st.lists(st.builds(RegionEvent, words, words, times), max_size=3).map(tuple),
)
entries = st.builds(
    OrganReading,
    organ=st.sampled_from(Organ),
    series_key=st.none() | words,
    regions=st.lists(regions, max_size=2).map(tuple),
    echoes=st.none() | st.lists(st.integers(1, 64), max_size=5).map(tuple),
    model=st.none() | words,
    calibration=st.none() | words,
    scheme=st.none() | words,
    exclude_outliers=st.none() | st.booleans(),
    proposed=st.none() | regions,
    findings=st.lists(findings, max_size=2).map(tuple),
)
readings = st.builds(
    Reading,
    organs=st.lists(entries, max_size=2).map(tuple),
    reader=words,
    reviewer=words,
    impression=st.none() | words,
    clinical=st.builds(
        ClinicalData,
        diagnosis=st.sampled_from(["tdt", "hb-h", None]),
        splenectomy=st.none() | st.booleans(),
        transfusion=st.sampled_from(["regular", None]),
        ferritin_ng_per_ml=st.none() | st.floats(0, 1e5),
        haemoglobin_g_per_l=st.none() | st.floats(10, 250),
        chelators=st.sampled_from([(), ("deferiprone", "deferasirox")]),
        lvef_percent=st.none() | st.floats(5, 95),
        height_cm=st.none() | st.floats(30, 230),
        weight_kg=st.none() | st.floats(1, 300),
    ),
)


def plain(value):
    """A value with all below it, floats by their bits: what equality of regions does not tell."""
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, dt.datetime):
        return value, value.utcoffset()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Finding):
        return [plain(sorted(value.params.items())), value.code, value.severity, value.where]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return type(value), value


def again(reading: Reading) -> Reading:
    return read_reading(to_json(to_reading_document(reading)), file=FILE, member="reading.json")


@given(readings)
@examples(max_examples=150, deadline=None)
def test_a_reading_comes_back_to_the_last_bit(reading):
    assert plain(again(reading)) == plain(reading)


def test_every_field_of_a_reading_has_a_place():
    """A new field must not be lost in silence: the strategies above would not know it."""
    assert {field.name for field in fields(Reading)} == set(ReadingDocument.model_fields) - {"schema_"}
    entry = ReadingDocument.model_fields["organs"].annotation.__args__[0]
    assert {field.name for field in fields(OrganReading)} == set(entry.model_fields)
    row = SettingsDocument.model_fields["organs"].annotation.__args__[1]
    assert {field.name for field in fields(OrganSettings)} == set(row.model_fields)
    assert {field.name for field in fields(Settings)} == set(SettingsDocument.model_fields) - {"schema_"}


def test_half_a_character_does_not_stop_the_saving():
    assert again(Reading(impression="a\ud83d")).impression == "a\ufffd"


@pytest.mark.parametrize("profile", ["default", "guangxi"])
def test_settings_keep_their_hash(profile):
    settings = load_settings(profile, languages=("zh", "en"))
    liver = replace(settings.organs[Organ.LIVER], repeatability_percent=15.0, truncation_r_squared=0.995)
    for each in (settings, replace(settings, organs={**settings.organs, Organ.LIVER: liver})):
        data = to_json(to_settings_document(each))
        found = settings_of(parse(SettingsDocument, SETTINGS_SCHEMA_ID, data, file=FILE, member="settings"))
        assert found == each
        assert found.sha256 == each.sha256


def test_what_an_older_version_lacks_has_its_default():
    data = b'{"schema": "ironquant.reading/1", "organs": [{"organ": "liver"}]}'
    assert read_reading(data, file=FILE, member="reading.json") == Reading((OrganReading(Organ.LIVER, None),))


def test_a_newer_version_is_refused_in_words():
    data = b'{"schema": "ironquant.reading/2", "organs": {}, "new": 1}'
    with pytest.raises(CaseError) as caught:
        read_reading(data, file=FILE, member="reading.json")
    assert caught.value.finding.code == "case_newer"
    assert dict(caught.value.finding.params) == {
        "file": "a.iqcase",
        "member": "reading.json",
        "version": 2,
        "known": 1,
        "software": "–",
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"schema": 3}',
        b'{"schema": "ironquant.settings/1"}',
        b'{"schema": "ironquant.reading/1", "more": 1}',
        b'{"schema": "ironquant.reading/1", "clinical": {"weight_kg": 9999}}',
        b'{"schema": "ironquant.reading/1", "organs": [{"organ": "brain"}]}',
        b'{"schema": "ironquant.reading/1", "reader": "\xff"}',
    ],
)
def test_what_is_no_reading_is_damage(data):
    with pytest.raises(CaseError) as caught:
        read_reading(data, file=FILE, member="reading.json")
    assert caught.value.finding.code == "case_damaged"
    assert caught.value.finding.params["member"] == "reading.json"


def test_the_shipped_schemas_are_those_of_the_models():
    made = runpy.run_path(str(Path(__file__).resolve().parents[2] / "docs" / "make_schema.py"))
    for name, schema in made["case_schemas"]().items():
        shipped = json.loads(resource_path("schemas", f"{name}.schema.json").read_text(encoding="utf-8"))
        assert schema == shipped
        jsonschema.Draft202012Validator.check_schema(shipped)


@given(readings)
@examples(max_examples=20, deadline=None)
def test_documents_follow_the_shipped_schema(reading):
    schema = json.loads(resource_path("schemas", "reading-1.schema.json").read_text(encoding="utf-8"))
    document = json.loads(to_json(to_reading_document(reading)))
    assert document["schema"] == READING_SCHEMA_ID
    jsonschema.validate(document, schema)
