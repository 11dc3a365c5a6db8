"""The catalogue of the window: complete, and built from what is committed."""

import importlib.util
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ironquant.resources import resource_path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "update_translations.py"
NAME = "ironquant_zh_CN"


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


def test_the_committed_catalogue_is_up_to_date(made):
    committed = resource_path("translations", f"{NAME}.ts")
    assert list(_triples(made / f"{NAME}.ts")) == list(_triples(committed))
    assert (made / f"{NAME}.qm").read_bytes() == resource_path("translations", f"{NAME}.qm").read_bytes()


def _triples(path):
    return ((context, source, translation.text) for context, source, translation in _messages(path))


def test_no_string_is_unfinished_or_loses_a_parameter(made):
    messages = list(_messages(made / f"{NAME}.ts"))
    assert len(messages) > 100
    for _, source, translation in messages:
        assert translation.get("type") is None, source
        assert translation.text, source
        assert sorted(re.findall(r"{\w+}", source)) == sorted(re.findall(r"{\w+}", translation.text)), source
        assert source.endswith("...") == translation.text.endswith("..."), source
