"""Texts: languages complete and alike; every code that the program can raise has words."""

import ast
import re
import string
from pathlib import Path

import pytest

from ironquant.resources import LANGUAGES, load_table, message, table_names, term, text

PACKAGE = Path(__file__).resolve().parents[2] / "ironquant"
EN, ZH = load_table("texts/en"), load_table("texts/zh")
ENTRIES = [(section, key) for section, entries in EN.items() for key in entries]
RAISED = {
    "IronQuantError",
    "InputError",
    "SettingsError",
    "RegionError",
    "FitArgumentError",
    "OutputError",
}
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def placeholders(template):
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(template) if name}


def test_every_language_has_a_table():
    assert set(table_names("texts")) == set(LANGUAGES) == {"en", "zh", "vi", "th"}


def test_same_sections_and_keys():
    assert set(EN) == set(ZH)
    for section in EN:
        assert set(EN[section]) == set(ZH[section]), section


@pytest.mark.parametrize(("section", "key"), ENTRIES, ids=[".".join(entry) for entry in ENTRIES])
def test_same_placeholders(section, key):
    english, chinese = EN[section][key], ZH[section][key]
    assert {name for name, _ in placeholders(english)} == {name for name, _ in placeholders(chinese)}
    assert english.strip()
    assert chinese.strip()


@pytest.mark.parametrize("key", EN["findings"])
def test_chinese_is_chinese(key):
    """Words in Chinese; a text that only hands a reason on may have none."""
    template = ZH["findings"][key]
    words = re.sub(r"\{[^}]*\}", "", template)
    assert not words or re.search(r"[\u4e00-\u9fff]", words)


def first_strings(call):
    """The codes that a call may hand over as its first argument: a literal, or either side of an if."""
    if not call.args:
        return
    parts = [call.args[0]]
    while parts:
        part = parts.pop()
        if isinstance(part, ast.IfExp):
            parts += [part.body, part.orelse]
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def codes_in(path):
    """Codes of findings and errors raised in a file, and of helpers named like them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            # quality yields (code, severity, params)
            if (
                isinstance(node, ast.Yield)
                and isinstance(node.value, ast.Tuple)
                and len(node.value.elts) == 3
            ):
                code, severity, _ = node.value.elts
                if isinstance(severity, ast.Constant) and severity.value in ("info", "warning", "error"):
                    yield code.value
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "Finding" or name in RAISED:
            yield from first_strings(node)
        elif "finding" in name.lower() or name in ("add", "note"):
            strings = [
                value.value
                for value in node.args
                if isinstance(value, ast.Constant) and isinstance(value.value, str)
            ]
            if any(value in ("info", "warning", "error") for value in strings) or name == "add":
                yield from (value for value in strings if CODE.fullmatch(value) and "_" in value)


FOUND = {(code, path.name) for path in PACKAGE.rglob("*.py") for code in codes_in(path)}


def test_the_search_finds_codes():
    codes = {code for code, _ in FOUND}
    assert len(codes) > 50
    assert {
        "few_echoes",
        "first_te_too_long",
        "low_snr",
        "calibration_model_mismatch",
        "fit_arguments",
    } <= codes
    assert {"region_not_found", "model_unknown", "region_empty", "poor_fit"} <= codes


@pytest.mark.parametrize(("code", "file"), sorted(FOUND))
def test_every_code_has_words(code, file):
    for lang in LANGUAGES:
        assert code in load_table(f"texts/{lang}")["findings"], f"{code} of {file} has no {lang} text"


def test_reasons_of_the_proposers_are_terms():
    """Refusals and fit states hand a term over as the reason."""
    reasons = set()
    for path in (PACKAGE / "roi").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refusal":
                reasons |= {
                    part.value
                    for part in node.args[1:]
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                reasons |= {
                    part.value
                    for part in values
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    from ironquant.regionanalysis import REASONS

    reasons |= set(REASONS.values())
    assert len(reasons) > 8
    for lang in LANGUAGES:
        assert reasons <= set(load_table(f"texts/{lang}")["terms"])


def test_schemes_speak_only_of_known_grades_and_remarks():
    for row in load_table("schemes").values():
        assert set(row["codes"]) <= set(EN["grades"])
        assert row.get("remark") is None or row["remark"] in EN["findings"]


@pytest.mark.parametrize("key", EN["findings"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_message_never_fails(key, lang):
    names = {name for name, _ in placeholders(EN["findings"][key])}
    for params in (
        {},
        dict.fromkeys(names),
        dict.fromkeys(names, "heart"),
        dict.fromkeys(names, 3),
        dict.fromkeys(names, 2.5),
        dict.fromkeys(names, ("a", 1)),
        dict.fromkeys(names, float("nan")),
        {**dict.fromkeys(names, 1), "more": object()},
    ):
        told = message(key, params, lang)
        assert isinstance(told, str)
        assert "{" not in told
    if names:
        assert "–" in message(key, dict.fromkeys(names), lang)


def test_unknown_code_is_not_lost():
    assert message("never_heard_of", {"x": 1}, "en") == "never_heard_of (x: 1)"
    assert message("never_heard_of", {}, "zh") == "never_heard_of"
    assert term("never_heard_of", "zh") == "never_heard_of"


def test_numbers_and_terms_in_words():
    params = {"organ": "liver", "te_ms": 2.345, "limit_ms": 1.6}
    assert "2.35 ms" in message("first_te_too_long", params, "en")
    assert "liver" in message("first_te_too_long", params, "en")
    assert "肝" in message("first_te_too_long", params, "zh")
    assert "liver" not in message("first_te_too_long", params, "zh")
    mismatch = {"calibration": "xu2023_15", "model": "mono", "models": ("truncation", "second-moment")}
    told = message("calibration_model_mismatch", mismatch, "en")
    assert "truncated mono-exponential, noise-corrected (second moment)" in told
    assert "xu2023_15" in told


def test_a_language_without_a_table_reads_english():
    assert text("terms", "heart", "xx") == "heart"
