"""Maps of scanners beside their echoes, as each product spells them: told, scaled and placed."""

from __future__ import annotations

import numpy as np
import pytest
from random_layouts import MAPS, of_type, places
from random_series import classic_image, random_truth, write
from test_random_series import MAGNITUDE, same

from ironquant.dicom import read_examination, scan

RANGES = {"t2star": (3, 40), "r2star": (20, 800), "fat_fraction": (1, 50)}


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
@pytest.mark.parametrize("spelling", MAPS, ids=lambda row: f"{row.description} {row.image_type[-1]}")
def test_map(tmp_path, spelling):
    rng = np.random.default_rng(len(spelling.description))
    truth = random_truth(rng, n_echoes=6)
    base = of_type(truth, spelling.maker, MAGNITUDE)
    files = [classic_image(truth, base, s, e) for s, e in places(truth)]
    low, high = RANGES[spelling.quantity]
    values = np.exp(rng.uniform(np.log(low), np.log(high), truth.shape[:3]))
    stored = np.round(values / spelling.step)
    own = of_type(truth, spelling.maker, spelling.image_type, 6)
    own.SeriesDescription, own.BitsStored, own.HighBit = spelling.description, 16, 15
    for field, value in spelling.fields.items():
        setattr(own, field, value)
    files += [classic_image(truth, own, s, 0, stored[s]) for s in range(truth.shape[0])]
    write(files, tmp_path, rng)
    (ref,) = scan(tmp_path)
    exam = read_examination(ref)
    (train,), (found,) = exam.series, exam.maps
    same(train, truth)
    assert found.quantity == spelling.quantity
    np.testing.assert_allclose(found.values, stored * spelling.step, rtol=1e-5)
    np.testing.assert_allclose(found.affine, truth.affine, rtol=0, atol=1e-3)


@pytest.mark.parametrize("description", ["T2* brain", "gre_t2star"])
def test_contrast_of_an_acquired_image_is_no_map(tmp_path, description):
    rng = np.random.default_rng(1)
    truth = random_truth(rng, n_echoes=3)
    base = of_type(truth, "Philips", ["ORIGINAL", "PRIMARY", "T2_STAR", "NONE"])
    base.SeriesDescription = description
    write([classic_image(truth, base, s, 0) for s in range(truth.shape[0])], tmp_path, rng)
    (ref,) = scan(tmp_path)
    assert not ref.readable_maps
