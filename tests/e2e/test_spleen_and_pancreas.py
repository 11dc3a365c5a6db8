"""Spleen and pancreas from the command line: T2* and R2*, no iron, no grade, no complaint about it."""

from __future__ import annotations

import json

import nibabel as nib
import numpy as np
import pytest
from typer.testing import CliRunner

from ironquant.cli.main import app
from ironquant.core import Organ
from ironquant.phantom import find_case, simulate, write_phantom

RUN = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("patient")
    write_phantom(simulate(find_case("demo")), path / "in")
    return path


def analyzed(folder, out, *options):
    done = RUN.invoke(app, ["analyze", str(folder / "in"), "--out", str(folder / out), *options])
    assert done.exit_code == 0, done.output
    (file,) = (folder / out).glob("*/analysis.json")
    assert (file.parent / "report.pdf").stat().st_size > 10_000
    return file.parent, json.loads(file.read_text(encoding="utf-8"))


def assert_t2star_only(organ):
    assert organ["result"]["t2star_ms"]["value"] > 1.0
    assert organ["result"]["iron_mg_per_g"] is None
    assert organ["result"]["grade"] is None
    assert organ["alternatives"] == []
    severities = {finding["code"]: finding["severity"] for finding in organ["findings"]}
    assert severities.pop("calibration_missing") == "info"
    assert "error" not in severities.values()


def test_spleen_is_proposed_beside_the_liver(folder):
    result, document = analyzed(folder, "spleen", "--organ", "liver", "--organ", "spleen")
    liver, spleen = document["organs"]
    assert (liver["organ"], spleen["organ"]) == ("liver", "spleen")
    assert spleen["series"]["instance_uid"] == liver["series"]["instance_uid"]
    assert_t2star_only(spleen)
    mask = nib.load(result / "regions" / "spleen_spleen.nii.gz").get_fdata() > 0
    truth = simulate(find_case("demo")).organ(Organ.LIVER).masks["spleen"]
    assert 0.95 * mask.sum() <= (mask.transpose(2, 1, 0) & truth).sum()


def test_pancreas_is_measured_where_it_is_drawn(folder):
    result, document = analyzed(folder, "liver", "--organ", "liver")
    mask = next(result.glob("regions/liver_circle-2.nii.gz"))
    _, document = analyzed(folder, "pancreas", "--organ", "pancreas", "--region", f"pancreas={mask}")
    (pancreas,) = document["organs"]
    assert pancreas["regions"][0]["source"] == "file"
    assert_t2star_only(pancreas)
    assert np.isfinite(pancreas["result"]["r2star_per_s"]["value"])
