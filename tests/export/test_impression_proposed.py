"""The impression that the reader is offered, and how his own words are kept beside it."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from synthetic import cases

from ironquant.core import ClinicalData
from ironquant.export import write_json
from ironquant.export.impression import follow_up_words, impression_words
from ironquant.resources import text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_follow_up_of_each_organ(lang):
    analysis = cases()["both"]  # moderate heart, liver of 9.85 mg/g
    codes = ("heart_12_months", "liver_12_months")
    assert follow_up_words(analysis, lang) == [text("followup", code, lang) for code in codes]


def test_the_diagnosis_decides():
    analysis = replace(cases()["both"], clinical=ClinicalData(diagnosis="hb-h"))
    assert "5 mg/g" in follow_up_words(analysis, "en")[-1]


def test_the_readers_words_stand_beside_the_proposal(tmp_path):
    clinical = ClinicalData(diagnosis="tdt", chelators=("deferasirox",), ferritin_ng_per_ml=1800.0)
    analysis = replace(cases()["both"], clinical=clinical, impression="心肌铁负荷较前减轻。")
    path = write_json(analysis, tmp_path / "analysis.json", "zh")
    document = json.loads(path.read_text(encoding="utf-8"))
    edits = document["impression"].pop("edits")
    # What is taken out of the proposal and what is put in, and nothing else.
    proposed = Counter(impression_words(analysis, "zh"))
    proposed.subtract(Counter("".join(edit["proposed"] for edit in edits)))
    proposed.update(Counter("".join(edit["worded"] for edit in edits)))
    assert +proposed == Counter("心肌铁负荷较前减轻。")
    assert document["impression"] == {
        "proposed": impression_words(analysis, "zh"),
        "worded": "心肌铁负荷较前减轻。",
        "follow_up": follow_up_words(analysis, "zh"),
    }
    assert document["clinical"]["chelators"] == ["deferasirox"]
    assert document["clinical"]["ferritin_ng_per_ml"] == 1800.0
    assert document["clinical"]["splenectomy"] is None
