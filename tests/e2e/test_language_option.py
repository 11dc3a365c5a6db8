"""``--language``: every command speaks it, wrong ones are refused, reports stay printable."""

import json
import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ironquant.cli.main import app
from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.resources import LANGUAGES, load_table

RUNNER = CliRunner()
SCRIPTS = {
    "zh": r"[\u4e00-\u9fff]",
    "vi": r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữự]",
    "th": r"[\u0e01-\u0e5b]",
}
COMMANDS = sorted(get_command(app).commands)


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """Noisy images, and a file among them that is none."""
    folder = tmp_path_factory.mktemp("patient")
    write_phantom(simulate(find_case("low-snr")), folder)
    (folder / "DICOM" / "notes.dcm").write_text("not an image")
    return folder / "DICOM"


def tell(*arguments):
    """Run a command; return what it told on both streams."""
    result = RUNNER.invoke(app, [str(argument) for argument in arguments])
    return result.output, result


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_a_language(command):
    words, result = tell(command, "--help")
    assert result.exit_code == 0
    assert "--language" in words


@pytest.mark.parametrize("lang", ["vi", "th", "zh"])
def test_info_speaks(patient, lang):
    words, result = tell("info", patient, "--language", lang)
    assert result.exit_code == 0
    cli, terms = load_table(f"texts/{lang}")["cli"], load_table(f"texts/{lang}")["terms"]
    assert cli["info_trains"] in words
    assert terms["heart"] in words
    assert terms["guess_description"] in " ".join(words.split())
    assert "notes.dcm" in words
    for english in ("Echo trains", "heart (", "organ:", "Note [", "Warning [", "left out"):
        assert english not in words
    for other in set(SCRIPTS) - {lang}:
        shown = re.sub(r"^幻影.*$", "", words, flags=re.MULTILINE)  # the patient's name
        assert not re.search(SCRIPTS[other], shown)


def test_the_option_may_stand_before_the_command_and_the_environment_may_say_it(patient, monkeypatch):
    after, _ = tell("info", patient, "--language", "th")
    before, _ = tell("--language", "th", "info", patient)
    assert before == after
    monkeypatch.setenv("IRONQUANT_LANGUAGE", "th")
    assert tell("info", patient)[0] == after
    assert tell("info", patient, "--language", "en")[0] != after
    monkeypatch.delenv("IRONQUANT_LANGUAGE")
    assert tell("info", patient)[0] != after


def test_a_language_that_is_not_known_is_refused(patient):
    _, result = tell("info", patient, "--language", "xx")
    assert result.exception.finding.code == "language_unknown"
    assert result.exception.finding.params["known"] == ", ".join(LANGUAGES)


@pytest.mark.parametrize("lang", ["vi", "th"])
def test_json_and_other_commands_speak(patient, tmp_path, lang):
    listed = json.loads(tell("info", patient, "--json", "--language", lang)[0])
    assert re.search(SCRIPTS[lang], json.dumps(listed, ensure_ascii=False))
    words, result = tell(
        "deidentify", patient, "--out", tmp_path / "d", "--key", tmp_path / "k.json", "--language", lang
    )
    assert result.exit_code == 4  # one file is no image
    assert load_table(f"texts/{lang}")["cli"]["deid_key"].split("{")[0] in words
    assert "notes.dcm" in words
    assert "de-identified" not in words
    words, _ = tell("phantom", "--list", "--language", lang)
    assert len(re.findall(SCRIPTS[lang], words)) > 15


@pytest.mark.parametrize("lang", ["vi", "th"])
def test_messages_and_report_in_the_language(patient, tmp_path, lang):
    words, result = tell("analyze", patient, "--out", tmp_path, "--lang", lang, "--language", lang)
    assert result.exit_code == 0, words
    (folder,) = tmp_path.glob("*_????????")
    document = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    codes = [finding["code"] for organ in document["organs"] for finding in organ["findings"]]
    assert "noise_floor" in codes
    assert "glyph_missing" not in [finding["code"] for finding in document["findings"]]
    messages = [finding["message"] for organ in document["organs"] for finding in organ["findings"]]
    assert all(re.search(SCRIPTS[lang], message) for message in messages)
    told = [line for line in words.splitlines() if "[noise_floor]" in line]
    assert told
    assert all(re.search(SCRIPTS[lang], line) for line in told)
    pypdf = pytest.importorskip("pypdf")
    printed = pypdf.PdfReader(folder / "report.pdf").pages[0].extract_text()
    assert "".join(load_table(f"texts/{lang}")["report"]["id"].split()) in "".join(printed.split())
    assert "Patient ID" not in printed
    assert re.search(SCRIPTS[lang], printed)


def test_tables_of_agreement_are_in_one_language(patient, tmp_path):
    """A language that lacks these words shows English ones, and its own only in findings."""
    for name in ("a", "b"):
        assert tell("analyze", patient, "--out", tmp_path / name)[1].exit_code == 0
    words, result = tell(
        "compare", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "c", "--language", "th"
    )
    assert result.exit_code == 0, words
    for line in words.splitlines():
        assert bool(re.search(SCRIPTS["th"], line)) == ("[" in line and "]" in line), line
    document = json.loads((tmp_path / "c" / "agreement.json").read_text(encoding="utf-8"))
    assert all(re.search(SCRIPTS["th"], finding["message"]) for finding in document["findings"])
