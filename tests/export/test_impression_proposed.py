"""The impression that the reader is offered, and how his own words are kept beside it."""

import json
from dataclasses import replace

import pytest
from synthetic import cases

from ironquant.core import ClinicalData
from ironquant.export import write_json
from ironquant.export.impression import impression_words, proposed_impression
from ironquant.resources import text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sentence_then_follow_up_of_each_organ(lang):
    analysis = cases()["both"]  # moderate heart, liver of 9.85 mg/g
    first, heart, liver = proposed_impression(analysis, lang).split("\n")
    assert first == impression_words(analysis, lang)
    assert (heart, liver) == tuple(
        text("followup", code, lang) for code in ("heart_12_months", "liver_12_months")
    )


def test_the_diagnosis_decides():
    analysis = replace(cases()["both"], clinical=ClinicalData(diagnosis="hb-h"))
    assert "5 mg/g" in proposed_impression(analysis, "en").split("\n")[-1]


def test_the_readers_words_stand_beside_the_proposal(tmp_path):
    clinical = ClinicalData(diagnosis="tdt", chelators=("deferasirox",), ferritin_ng_per_ml=1800.0)
    analysis = replace(cases()["both"], clinical=clinical, impression="心肌铁负荷较前减轻。")
    path = write_json(analysis, tmp_path / "analysis.json", "zh")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["impression"] == {
        "proposed": proposed_impression(analysis, "zh"),
        "worded": "心肌铁负荷较前减轻。",
    }
    assert document["clinical"]["chelators"] == ["deferasirox"]
    assert document["clinical"]["ferritin_ng_per_ml"] == 1800.0
    assert document["clinical"]["splenectomy"] is None
