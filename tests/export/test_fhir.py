"""FHIR R5 bundles: valid by fhir.resources, complete, and the numbers of ``analysis.json``."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from fhir.resources import get_fhir_model_class
from fhir.resources.bundle import Bundle
from pydicom.sr.codedict import codes
from synthetic import analysis, liver, organ_analysis

from ironquant.core import Finding, Organ, OrganAnalysis, Patient, Study
from ironquant.export import to_json
from ironquant.export.fhir import fhir_bytes
from ironquant.resources import load_table

UNMEASURED = OrganAnalysis(Organ.HEART, None, findings=(Finding("no_series", "error", {"organ": "heart"}),))
CASES = {
    "both": analysis(organ_analysis(), liver()),
    "bounds": analysis(
        organ_analysis(bound="upper"), liver(0.9, 25.0, "severe", bound="upper", iron_bound="lower")
    ),
    "no iron": analysis(organ_analysis(iron=None, code=None)),
    "indicative": analysis(organ_analysis(indicative=True, scheme="t2star-3t-storey")),
    "unmeasured": analysis(UNMEASURED, liver()),
    "spleen": analysis(organ_analysis(Organ.SPLEEN, 20.0, iron=None)),
    "hardly told": analysis(liver(), patient=Patient(), study=Study()),
    "no organ": analysis(),
    "name": analysis(liver(), patient=Patient("1", "Nguyễn^Thị Ánh", "F", dt.date(2001, 2, 3), None)),
}


@pytest.fixture(params=CASES)
def case(request):
    numbers = to_json(CASES[request.param], "zh")
    return json.loads(numbers), fhir_bytes(numbers)


def of_kind(bundle, kind):
    found = (entry["resource"] for entry in bundle["entry"])
    return [resource for resource in found if resource["resourceType"] == kind]


def test_every_resource_is_valid_alone_and_together(case):
    _, content = case
    bundle = json.loads(content)
    Bundle.model_validate_json(content)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_references_lead_somewhere(case):
    bundle = json.loads(case[1])
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(references(bundle)) <= set(urls)


def test_the_numbers_are_those_of_the_analysis(case):
    document, content = case
    found = {entry["id"]: entry for entry in of_kind(json.loads(content), "Observation")}
    for organ in document["organs"]:
        observation = found.pop(f"{organ['organ']}-t2star")
        if organ["result"] is None:
            assert "valueQuantity" not in observation
            assert observation["dataAbsentReason"]
            continue
        checks = [(observation, organ["result"]["t2star_ms"], "ms")]
        rates = [part for part in observation["component"] if part["code"]["text"] == "R2*"]
        checks.append((rates[0], organ["result"]["r2star_per_s"], "/s"))
        if (iron := organ["result"]["iron_mg_per_g"]) is not None:
            checks.append((found.pop(f"{organ['organ']}-iron"), iron, "mg/g"))
        for where, value, unit in checks:
            quantity = where["valueQuantity"]
            assert float(quantity["value"]) == value["value"]
            assert quantity["code"] == unit
            assert quantity["system"] == "http://unitsofmeasure.org"
            assert quantity.get("comparator") == {"none": None, "upper": "<=", "lower": ">="}[value["bound"]]
    assert not found


def test_one_grade_per_organ_on_what_its_scheme_grades(case):
    document, content = case
    observations = of_kind(json.loads(content), "Observation")
    for organ in document["organs"]:
        mine = [entry for entry in observations if entry["id"].startswith(organ["organ"])]
        told = [entry["interpretation"][0] for entry in mine if "interpretation" in entry]
        grade = organ["result"] and organ["result"]["grade"]
        if not grade or grade["code"] is None:
            assert told == []
            continue
        (concept,) = told
        assert concept["text"] == grade["code"] + (" (indicative only)" if grade["indicative"] else "")


def test_names_and_words():
    bundle = json.loads(fhir_bytes(to_json(CASES["name"], "zh")))
    (patient,) = of_kind(bundle, "Patient")
    assert patient["name"] == [{"text": "Nguyễn Thị Ánh", "family": "Nguyễn", "given": ["Thị Ánh"]}]
    assert (patient["gender"], patient["birthDate"]) == ("female", "2001-02-03")
    assert "肝" in of_kind(bundle, "DiagnosticReport")[0]["conclusion"]


@pytest.mark.parametrize("status", ["preliminary", "final", "amended"])
def test_the_status_is_that_of_report_and_values(status):
    bundle = json.loads(fhir_bytes(to_json(CASES["both"]), status))
    found = {
        entry["status"] for entry in of_kind(bundle, "Observation") + of_kind(bundle, "DiagnosticReport")
    }
    assert found == {status}


def test_codes_are_those_of_pydicom():
    """An independent table: code and scheme of every concept that DICOM knows."""
    table = load_table("fhir")
    known = {
        "t2star": codes.DCM.T2Star,
        "r2star": codes.DCM.R2Star,
        "report": codes.DCM.ImagingMeasurementReport,
    }
    for name, code in known.items():
        assert (table["concepts"][name]["scheme"], table["concepts"][name]["code"]) == ("DCM", code.value)
    for name, row in table["grades"].items():
        assert row["code"] == getattr(codes.SCT, name.capitalize()).value
    for row in table["units"].values():
        assert row["code"] in {
            codes.UCUM.Millisecond.value,
            codes.UCUM.PerSecond.value,
            codes.UCUM.NoUnits.value,
            "mg/g",
        }
