"""Languages: what each covers is complete, in its own script, with the same parameters and numbers."""

import re
import string
import unicodedata
from collections import Counter

import pytest

from ironquant.resources import (
    LANGUAGES,
    PDF,
    WINDOW,
    covering,
    language,
    load_table,
    system_language,
    text,
)

EN = load_table("texts/en")
OTHERS = [code for code in LANGUAGES if code != "en"]
PARTS = [(code, section) for code in OTHERS for section in load_table(f"texts/{code}")]
SCRIPTS = {
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "vi": re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE),
    "th": re.compile(r"[\u0e01-\u0e5b]"),
}
COMMANDS = {"analyze", "apt", "compare", "gui", "info", "install", "ironquant", "sudo", "json", "tar", "zip"}
GRADES = {"normal", "borderline", "mild", "moderate", "severe", "extreme"}
FIELD_TERMS = {"accession", "deferasirox", "echo", "ferritin", "kappa", "magnitude", "mosaic", "phantom"}
FIELD_TERMS |= {"black", "blood", "bright", "mapping", "rescale", "segmentation", "set", "structure"}
FIELD_TERMS |= {"type", "value"}
SAME_EVERYWHERE = COMMANDS | GRADES | FIELD_TERMS
"""Commands, words of a table that are typed, and terms of DICOM and MR that are not translated."""
CELLS = {"auto", "edited", "file", "lower", "manual", "none", "reader", "upper"}
"""What stands in the cells of exported tables, in every language; the data dictionary explains it."""
BILINGUAL = {("zh", "report", "not_reviewed"), ("zh", "report", "footer_use")}
"""Printed in Chinese and English on purpose."""


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def prose(template):
    """Return a text without its parameters."""
    return re.sub(r"\{[^}]*\}", " ", template)


def english_words(template):
    return set(re.findall(r"(?<![\w-])[a-z]{3,}(?![\w-]|\.\w)", prose(template)))


def numbers(template):
    return Counter(re.findall(r"\d+(?:\.\d+)?", prose(template)))


def test_the_table_is_whole():
    sections = set(EN)
    assert LANGUAGES["en"].covers == sections | {WINDOW, PDF}
    for code, row in LANGUAGES.items():
        assert row.covers <= sections | {WINDOW, PDF}
        assert row.fallback == (None if code == "en" else "en")
    for field in ("name", "locale", "tag", "key"):
        assert len({getattr(row, field) for row in LANGUAGES.values()}) == len(LANGUAGES)


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_covered_is_complete_and_nothing_is_unknown(code):
    table = load_table(f"texts/{code}")
    assert set(table) == LANGUAGES[code].covers - {WINDOW, PDF}
    for section, entries in table.items():
        assert set(entries) == set(EN[section]), section


def test_what_a_technician_sees_is_covered_by_all():
    seen = {"findings", "terms", "models", "grades", "steps", "cli", WINDOW}
    assert all(seen <= row.covers for row in LANGUAGES.values())


def pairs(code, section):
    """Yield key, own text and English text."""
    for key, own in load_table(f"texts/{code}")[section].items():
        yield key, own, EN[section][key]


@pytest.mark.parametrize(("code", "section"), PARTS)
def test_parameters_and_numbers_are_those_of_the_english_text(code, section):
    for key, own, english in pairs(code, section):
        assert own.strip(), key
        assert fields(own) == fields(english), key
        if code in ("vi", "th"):
            assert numbers(own) == numbers(english), key


@pytest.mark.parametrize(("code", "section"), PARTS)
def test_every_text_is_in_its_own_script_and_no_english_is_left(code, section):
    for key, own, english in pairs(code, section):
        assert unicodedata.normalize("NFC", own) == own, key
        if (code, section, key) in BILINGUAL:
            continue
        same = SAME_EVERYWHERE | (CELLS if section == "columns" else set())
        assert not (english_words(own) & english_words(english)) - same, key
        if english_words(english) - SAME_EVERYWHERE and own != english and code in ("zh", "th"):
            assert SCRIPTS[code].search(own), key
        if len(prose(own).split()) > 5 and code == "vi":
            assert SCRIPTS[code].search(own), key
        for other in {"zh", "th"} - {code}:
            assert not SCRIPTS[other].search(own), key


def test_a_text_not_yet_translated_is_english():
    missing = [(code, part) for code in OTHERS for part in EN if part not in LANGUAGES[code].covers]
    assert missing
    for code, section in missing:
        for key, english in EN[section].items():
            if not fields(english):
                assert text(section, key, code) == english
    assert text("findings", "never_heard_of", "th") == "never_heard_of"


def test_a_language_that_cannot_be_printed_is_printed_in_english():
    assert {code: covering(PDF, code) for code in LANGUAGES} == {
        "zh": "zh",
        "en": "en",
        "vi": "vi",
        "th": "th",
    }
    assert covering(PDF, "xx") == "en"
    assert covering(PDF, "zh+en") == "zh+en"
    assert covering("agreement", "vi+en") == "en"
    assert language("xx").code == "en"


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        ("vi_VN.UTF-8", "vi"),
        ("Vietnamese_Vietnam", "vi"),
        ("th_TH", "th"),
        ("Thai_Thailand", "th"),
        ("zh_CN", "zh"),
        ("Chinese (Simplified)_China", "zh"),
        ("en_GB", "en"),
        ("de_DE", "en"),
        ("C", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_the_system(locale, code):
    assert system_language(locale) == code


def test_terms_of_the_field():
    """Words that a radiographer expects, by the textbooks of the country."""
    expected = {
        "vi": {"heart": "tim", "liver": "gan", "spleen": "lách", "pancreas": "tụy"},
        "th": {"heart": "หัวใจ", "liver": "ตับ", "spleen": "ม้าม", "pancreas": "ตับอ่อน"},
    }
    for code, words in expected.items():
        assert {key: text("terms", key, code) for key in words} == words
    assert "Thời gian vang (TE)" in text("findings", "te_invalid", "vi")
    assert "chuỗi xung" in text("findings", "te_implausible", "vi")
    assert "quá tải sắt" in text("report", "impression_liver_other", "vi", grade="nặng")
    assert "เวลาเอคโค (TE)" in text("findings", "te_invalid", "th")
    assert "ภาวะเหล็กเกิน" in text("report", "impression_liver_other", "th", grade="รุนแรง")
