"""Maps of the scanner in the window."""

import numpy as np
import pydicom
import pytest
from pydicom.uid import generate_uid

from ironquant.core import Organ
from ironquant.dicom import read_examination, scan
from ironquant.fitting import compute_maps

WAIT_MS = 30_000


@pytest.fixture
def map_folder(phantom_folder, tmp_path):
    """The liver's R2* map of the sample patient alone, as a scanner writes it."""
    (ref,) = scan(phantom_folder)
    (liver,) = (entry for entry in read_examination(ref).series if entry.organ_guess == Organ.LIVER)
    rate = np.nan_to_num(np.asarray(compute_maps(liver, "mono").r2star_per_s))
    headers = ((path, pydicom.dcmread(path)) for path in phantom_folder.rglob("*") if path.is_file())
    _, ds = next(item for item in headers if item[1].SeriesInstanceUID == liver.instance_uid)
    ds.ImageType, ds.RescaleType = ["DERIVED", "PRIMARY", "R2_STAR_MAP"], "1/s"
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    ds.SeriesInstanceUID, ds.SOPInstanceUID = generate_uid(), generate_uid()
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.SeriesNumber, ds.SeriesDescription = 27, "R2* liver"
    ds.PixelData = np.round(np.clip(rate[0], 0, 1000)).astype(np.uint16).tobytes()
    folder = tmp_path / "map"
    folder.mkdir()
    ds.save_as(folder / "map.dcm")
    return folder


def test_a_map_alone_is_listed_shown_and_measured(window, qtbot, map_folder, settle):
    window.open_path(map_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    window.centre.show_tab(1)
    listed = window.browser.tree.topLevelItem(0).child(0).text(0)
    assert "Scanner's map: R2*" in listed
    panel = window.centre.panels[Organ.LIVER]
    assert "Scanner's map: R2*" in panel.series_box.currentText()
    analysis = window.controller.session.organs[Organ.LIVER]
    assert analysis.result.model == "vendor-map"
    assert panel.view.series.shape == analysis.scanner_map.shape
    assert not panel.fit.model_box.isEnabled()
    window.actions_["map"].trigger()
    window.controller.propose_again(Organ.LIVER)
    settle(window)
    assert window.controller.session.organs[Organ.LIVER].result is not None
