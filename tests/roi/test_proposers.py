"""Proposers that other packages bring, as installed packages do."""

import numpy as np
import pytest

from ironquant.analysis import propose
from ironquant.cli.main import app
from ironquant.core import Organ, SettingsError
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.roi import propose_region, region_mask

MODULE = """
import numpy as np
from ironquant.core import Organ, Region
from ironquant.roi import Proposal, circle_of_area

def circle(series):
    region = Region(Organ.LIVER, "parenchyma", (circle_of_area((70, 90), 900, 0, series),), "manual")
    return Proposal(Organ.LIVER, region, np.float64(0.8765))

def none(series):
    return Proposal(Organ.LIVER, None, 0.0, "no_liver_seen")

def raises(series):
    raise RuntimeError("Zhang San, born 2001")

def other(series):
    return Proposal(Organ.HEART, circle(series).region, 0.9)

def nonsense(series):
    return {"region": None}

def sure(series):
    return Proposal(Organ.LIVER, circle(series).region, 7.0)

value = 3
"""
NAMES = ("circle", "none", "raises", "nonsense", "sure", "value", "missing")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package with proposers, laid out as pip lays it out."""
    (tmp_path / "centre_proposers.py").write_text(MODULE)
    info = tmp_path / "centre_proposers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: centre-proposers\nVersion: 1.0\n")
    points = [f"liver.{name} = centre_proposers:{name}" for name in NAMES]
    points += ["heart.wrong = centre_proposers:other", "liver.gone = no_such_module:circle"]
    (info / "entry_points.txt").write_text("[ironquant.proposers]\n" + "\n".join(points) + "\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def liver(phantom_of, series_of):
    return series_of(phantom_of("demo"), Organ.LIVER)


def test_a_proposer_is_found_by_name_and_named_in_the_region(installed, liver):
    proposal = propose_region(liver, Organ.LIVER, "circle")
    region = proposal.region
    assert (region.proposer, region.source, region.confidence) == ("circle", "auto", 0.88)
    area = region_mask(region, liver).sum() * liver.pixel_area_mm2
    assert area == pytest.approx(900, rel=0.03)
    assert propose_region(liver, Organ.LIVER).region.proposer == "ironquant-liver-5"


@pytest.mark.parametrize("name", ["raises", "nonsense", "sure", "value", "missing", "gone"])
def test_one_that_fails_is_told_and_stops_nothing(installed, liver, caplog, name):
    proposal = propose_region(liver, Organ.LIVER, name)
    assert (proposal.region, proposal.reason) == (None, "proposer_failed")
    assert "Zhang" not in caplog.text


def test_one_that_finds_nothing_says_why(installed, liver):
    assert propose_region(liver, Organ.LIVER, "none").reason == "no_liver_seen"


def test_a_region_of_another_organ_is_refused(installed, phantom_of, series_of):
    heart = series_of(phantom_of("demo"), Organ.HEART)
    assert propose_region(heart, Organ.HEART, "wrong").reason == "proposer_failed"


def test_a_name_that_nobody_brings_is_an_error(installed, liver):
    with pytest.raises(SettingsError) as caught:
        propose_region(liver, Organ.LIVER, "better")
    finding = caught.value.finding
    assert finding.code == "proposer_unknown"
    assert "circle" in finding.params["known"]
    assert "wrong" not in finding.params["known"]


def test_settings_choose_it_in_the_pipeline_and_on_the_command_line(
    installed, tmp_path, examination_of, phantom_of
):
    file = tmp_path / "centre.toml"
    file.write_text('[organs.liver]\nproposer = "circle"\n')
    reading = propose(examination_of(phantom_of("demo")), settings=load_settings(file=file))
    assert reading.organ(Organ.LIVER).regions[0].proposer == "circle"
    assert reading.organ(Organ.HEART).regions[0].proposer == "ironquant-septum-7"
    write_phantom(simulate(find_case("mild")), tmp_path / "patient")
    out = tmp_path / "out"
    command = ["analyze", str(tmp_path / "patient" / "DICOM"), "--out", str(out), "--settings", str(file)]
    with pytest.raises(SystemExit) as ended:
        app(command)
    assert ended.value.code == 0
    (document,) = out.glob("*/analysis.json")
    assert '"proposer": "circle"' in document.read_text(encoding="utf-8")
    assert np.all([path.is_file() for path in out.glob("*/report.pdf")])
