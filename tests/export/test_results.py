import json
from dataclasses import replace

import nibabel
import numpy as np
import pytest
from synthetic import SETTINGS, analysis, liver, organ_analysis

from ironquant.core import OutputError, Study
from ironquant.export import study_folder, write_results


def test_an_earlier_analysis_leaves_nothing_beside_the_new_one(tmp_path):
    first = write_results(analysis(organ_analysis(), liver()), tmp_path, lang="en", settings=SETTINGS)
    foreign = first.folder / "maps" / "train01-series4_t2star.nii.gz"
    foreign.write_bytes(b"made by another command")
    second = write_results(analysis(liver(3.0)), tmp_path, lang="en", settings=SETTINGS)
    assert second.folder == first.folder
    assert foreign.is_file()
    names = {path.name for path in first.folder.rglob("*.nii.gz")} - {foreign.name}
    assert {name.partition("_")[0] for name in names} == {"liver"}
    document = json.loads((first.folder / "analysis.json").read_text(encoding="utf-8"))
    (organ,) = document["organs"]
    assert organ["result"]["t2star_ms"]["value"] == 3.0
    mask = nibabel.load(first.folder / organ["regions"][0]["mask"])
    assert np.asarray(mask.dataobj).sum() == organ["regions"][0]["n_pixels"]


def test_without_all_files_there_is_no_analysis_json(tmp_path):
    made = analysis(organ_analysis())
    folder = write_results(made, tmp_path, lang="en", settings=SETTINGS).folder
    (folder / "report.pdf").unlink()
    (folder / "report.pdf").mkdir()
    with pytest.raises(OutputError):
        write_results(made, tmp_path, lang="en", settings=SETTINGS)
    assert not (folder / "analysis.json").exists()


def test_the_folder_names_the_study_and_nobody(tmp_path):
    made = analysis(organ_analysis())
    named = replace(made, patient=replace(made.patient, name="Zhang San", id="4711"))
    folder = study_folder(named.study)
    assert folder.startswith("20260517_")
    assert len(folder) == len("20260517_") + 8
    assert folder == study_folder(made.study) != study_folder(replace(made.study, instance_uid="1.2"))
    assert study_folder(Study(instance_uid="1.2")).startswith("nodate_")
