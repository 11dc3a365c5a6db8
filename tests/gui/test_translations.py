"""The catalogues of the window: complete, in their own script, and built from what is committed."""

import importlib.util
import re
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ironquant.resources import LANGUAGES, WINDOW, resource_path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "update_translations.py"
NAMES = {
    code: f"ironquant_{row.locale}"
    for code, row in LANGUAGES.items()
    if WINDOW in row.covers and code != "en"
}
KEYS = {"Alt", "Backspace", "Ctrl", "Del", "Delete", "Enter", "Esc", "PgDn", "PgUp", "Shift"}
NAMES_AND_TERMS = {"Akaike", "Apache-", "Dice", "Font", "IronQuant", "License", "NIfTI", "Open"}
NAMES_AND_TERMS |= {"Echo", "Ferritin", "echo", "ferritin", "gradient", "gradient-echo"}
ENDINGS = {
    "cer",
    "crt",
    "dcm",
    "der",
    "ima",
    "iqcase",
    "jpeg",
    "jpg",
    "json",
    "nii",
    "pdf",
    "pem",
    "pfx",
    "png",
    "zip",
}
SAME_EVERYWHERE = KEYS | NAMES_AND_TERMS | ENDINGS


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("update_translations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("translations")
    module.update(folder)
    return folder


def _messages(path):
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name"), message.findtext("source"), message.find("translation")


def test_every_language_of_the_window_has_a_catalogue():
    committed = {path.stem for path in resource_path("translations").glob("*.ts")}
    assert committed == set(NAMES.values())
    assert set(NAMES) == {"zh", "vi", "th"}


@pytest.mark.parametrize("name", NAMES.values())
def test_the_committed_catalogue_is_up_to_date(made, name):
    committed = resource_path("translations", f"{name}.ts")
    assert list(_triples(made / f"{name}.ts")) == list(_triples(committed))
    assert (made / f"{name}.qm").read_bytes() == resource_path("translations", f"{name}.qm").read_bytes()


def _triples(path):
    return ((context, source, translation.text) for context, source, translation in _messages(path))


@pytest.mark.parametrize("name", NAMES.values())
def test_no_string_is_unfinished_or_loses_a_parameter(made, name):
    messages = list(_messages(made / f"{name}.ts"))
    assert len(messages) > 100
    for _, source, translation in messages:
        assert translation.get("type") is None, source
        assert translation.text, source
        assert sorted(re.findall(r"{\w+}", source)) == sorted(re.findall(r"{\w+}", translation.text)), source
        assert re.findall(r"\*\.\w+", source) == re.findall(r"\*\.\w+", translation.text), source
        assert source.endswith("...") == translation.text.endswith("..."), source


@pytest.mark.parametrize("code", ["vi", "th"])
def test_no_english_word_is_left(code):
    for _, source, translation in _messages(resource_path("translations", f"{NAMES[code]}.ts")):
        words = (
            set(re.findall(r"[A-Za-z-]{3,}", re.sub(r"{\w+}", "", part)))
            for part in (source, translation.text)
        )
        left = set.intersection(*words) - SAME_EVERYWHERE
        assert not {word for word in left if not word.isupper()}, source
        assert unicodedata.normalize("NFC", translation.text) == translation.text
