import json
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from pydantic import ValidationError
from synthetic import analysis, cases, liver, organ_analysis, unmeasured

from ironquant.core import Finding, PixelStatistics, Recommendation
from ironquant.export import AnalysisDocument, to_document, write_json
from ironquant.resources import resource_path

SCHEMA_FILE = resource_path("schemas", "analysis-1.schema.json")
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def schema():
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def written(made, folder, lang="en"):
    path = write_json(made, folder / "analysis.json", lang)

    def refuse(constant):
        raise AssertionError(f"{constant} in JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


@pytest.mark.parametrize("name", ["both", "liver", "bound", "many", "uncalibrated"])
def test_every_document_is_valid_against_the_shipped_schema(name, schema, tmp_path):
    jsonschema.Draft202012Validator.check_schema(schema)
    document = written(cases()[name], tmp_path)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_the_shipped_schema_is_the_one_of_the_models(schema):
    sys.path.insert(0, str(REPOSITORY / "docs"))
    try:
        from make_schema import analysis_schema
    finally:
        sys.path.pop(0)
    assert schema == analysis_schema()
    assert schema["$id"] == "ironquant.analysis/1"


def test_the_keys_are_those_of_the_contract(tmp_path):
    document = written(cases()["both"], tmp_path)
    assert list(document) == [
        "schema",
        "software",
        "patient",
        "study",
        "organs",
        "findings",
        "clinical",
        "impression",
    ]
    heart = document["organs"][0]
    assert list(heart) == [
        "organ",
        "series",
        "regions",
        "result",
        "alternatives",
        "findings",
        "proposal",
        "segmental",
        "follow_up",
    ]
    assert heart["segmental"] is None
    assert heart["series"]["shape"] == [1, 160, 192]
    region = heart["regions"][0]
    assert region["mask"] == "regions/heart_septum.nii.gz"
    assert region["curve"]["echoes_used"] == [1, 2, 3, 4, 5, 6]
    result = heart["result"]
    assert list(result["t2star_ms"]) == ["value", "bound", "ci95", "ci95_kind"]
    assert result["t2star_ms"]["ci95_kind"] == "fit"
    assert result["iron_mg_per_g"]["calibration"] == "carpenter2011"
    assert result["grade"] == {"scheme": "t2star-20-15-10", "code": "moderate", "indicative": False}
    assert document["organs"][1]["alternatives"][0]["calibration"] == "garbowski2014_15"
    assert document["patient"]["birth_date"] == "2008-04-02"
    assert document["study"]["date"] == "2026-05-17"


def test_models_pixels_and_recommendation_of_a_region(tmp_path):
    heart = organ_analysis()
    region = heart.regions[0]
    quick = replace(region.models[0], model="arlo", n_echoes=6, aicc=-12.5)
    pixels = PixelStatistics(12.0, (11.0, 13.0), 4, t2star_ms_median_ci95=(11.9, 12.1), t2star_ms_mean=11.8)
    advised = Recommendation("fat-water", "reason_fat_oscillation")
    exclusion = np.zeros(region.n_pixels, dtype=np.int8)
    exclusion[:4] = [1, 3, 3, 2]
    changed = replace(
        region,
        models=(*region.models, quick),
        pixels=pixels,
        recommended=advised,
        exclusion=exclusion,
        excluded_left_out=True,
    )
    document = written(analysis(replace(heart, regions=(changed,))), tmp_path)
    (told,) = document["organs"][0]["regions"]
    assert told["recommended"] == {"model": "fat-water", "reason": "reason_fat_oscillation"}
    assert told["pixels"] == {
        "t2star_ms_median": 12.0,
        "t2star_ms_iqr": [11.0, 13.0],
        "n_excluded": 4,
        "t2star_ms_mean": 11.8,
        "t2star_ms_median_ci95": [11.9, 12.1],
        "n_without_value": 1,
        "n_low_r_squared": 1,
        "n_outliers": 2,
        "excluded_left_out": True,
    }
    assert [model["comparison_only"] for model in told["models"]] == [False] * len(region.models) + [True]
    assert (told["models"][-1]["n_echoes"], told["models"][-1]["aicc"]) == (6, -12.5)
    plain = written(analysis(heart), tmp_path)["organs"][0]["regions"][0]
    assert plain["recommended"] is None
    assert plain["pixels"]["t2star_ms_mean"] is None
    assert plain["pixels"]["n_outliers"] is None


def test_a_bound_is_told_and_a_missing_organ_is_null_with_its_reason(tmp_path):
    document = written(cases()["bound"], tmp_path)
    assert document["organs"][0]["result"]["t2star_ms"] == {
        "value": 0.9,
        "bound": "upper",
        "ci95": None,
        "ci95_kind": "fit",
    }
    document = written(cases()["liver"], tmp_path, lang="zh")
    assert document["organs"][0]["result"] is None
    finding = document["organs"][0]["findings"][0]
    assert finding["params"] == {"organ": "heart", "reason": "no_septum"}
    assert "心脏" in finding["message"]


def test_no_nan_and_no_numpy_reach_the_json(tmp_path):
    nan = float("nan")
    heart = organ_analysis()
    region = heart.regions[0]
    curve = replace(region.curve, signal=(nan, *region.curve.signal[1:]), sigma=nan)
    finding = Finding("low_snr", "warning", {"snr": nan, "te_ms": (1.0, nan)})
    made = analysis(replace(heart, regions=(replace(region, curve=curve),)), findings=(finding,))
    document = written(made, tmp_path)
    assert document["organs"][0]["regions"][0]["curve"]["signal"][0] is None
    assert document["organs"][0]["regions"][0]["curve"]["sigma"] is None
    assert document["findings"][0]["params"] == {"snr": None, "te_ms": [1.0, None]}


def test_unknown_keys_and_grades_are_refused():
    document = json.loads(to_document(analysis(liver())).model_dump_json(by_alias=True))
    AnalysisDocument.model_validate(document)
    with pytest.raises(ValidationError):
        AnalysisDocument.model_validate(document | {"extra": 1})
    document["organs"][0]["result"]["grade"]["code"] = "very bad"
    with pytest.raises(ValidationError):
        AnalysisDocument.model_validate(document)


def test_what_the_images_do_not_tell_is_null(tmp_path):
    made = analysis(unmeasured())
    made = replace(made, patient=replace(made.patient, name="", birth_date=None, age_y=None))
    patient = written(made, tmp_path)["patient"]
    assert patient["name"] is None
    assert patient["birth_date"] is None
    assert patient["age_y"] is None
