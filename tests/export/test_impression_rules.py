"""The impression by rules: grade, bound, trend, quality and diagnosis, in every language."""

from dataclasses import replace

import pytest
from reportcases import followed
from synthetic import analysis, liver, organ_analysis

from ironquant.core import ClinicalData, Finding
from ironquant.export.impression import impression_words
from ironquant.export.wording import say
from ironquant.resources import LANGUAGES, load_table, term

RULES = load_table("impression")
SEVERE = organ_analysis(t2star_ms=8.1, iron=3.5, code="severe")
MILD = organ_analysis(t2star_ms=17.0, iron=1.42, code="mild")
BEYOND = organ_analysis(t2star_ms=0.9, bound="upper", iron=None, code="severe")
DOUBTFUL = organ_analysis(findings=(Finding("poor_fit", "warning", {"r_squared": 0.95}),))


def told(made, diagnosis=None):
    return replace(made, clinical=ClinicalData(diagnosis=diagnosis))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("made", "said", "not_said"),
    [
        (told(analysis(SEVERE), "tdt"), {"remark_heart_failure"}, {"remark_heart_arrhythmia"}),
        (told(analysis(MILD), "tdt"), {"remark_heart_arrhythmia"}, {"remark_heart_failure"}),
        (told(analysis(SEVERE)), set(), {"remark_heart_failure", "remark_heart_ntdt"}),
        (told(analysis(MILD), "ntdt"), {"remark_heart_ntdt"}, {"remark_heart_arrhythmia"}),
        (told(analysis(liver(4.6, 5.0, "mild")), "hb-h"), {"remark_liver_ntdt"}, set()),
        (told(analysis(liver(4.7, 4.99, "mild")), "ntdt"), set(), {"remark_liver_ntdt"}),
        (told(analysis(liver(4.6, 5.5, "mild")), "tdt"), set(), {"remark_liver_ntdt"}),
        (told(analysis(BEYOND)), {"remark_beyond"}, {"remark_heart_failure"}),
        (told(analysis(BEYOND), "tdt"), {"remark_beyond", "remark_heart_failure"}, set()),
        (told(analysis(DOUBTFUL)), {"impression_doubtful"}, set()),
        (told(followed(), "tdt"), set(), {"remark_progressed"}),
    ],
)
def test_what_holds_is_said_and_nothing_else(made, said, not_said, lang):
    words = impression_words(made, lang)
    organ = term(str(made.organs[0].organ), lang)
    organ = organ[:1].upper() + organ[1:]
    for key in said:
        assert say(key, lang, organ=organ) in words
    for key in not_said:
        assert say(key, lang, organ=organ) not in words


def test_every_rule_has_its_text_and_its_source():
    for rule in (*RULES["conclusion"], *RULES["remark"]):
        assert say(rule["text"], "en") != rule["text"]
    for rule in RULES["remark"]:
        assert rule["mark"] in ("V", "V2", "C", "M")
        assert rule["source"]


def test_iron_is_said_in_the_unit_of_the_site():
    words = impression_words(analysis(liver()), "en", "umol/g")
    assert "176 µmol/g" in words  # 9.85 mg/g ÷ 55.845 g/mol
    assert "mg/g" not in words
