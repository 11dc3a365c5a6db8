import nibabel
import numpy as np
import pytest
from synthetic import AFFINE, analysis, liver, organ_analysis, unmeasured

from ironquant.core import OutputError
from ironquant.export import write_volumes
from ironquant.export.nifti import affine_ras, region_path, write_volume

OBLIQUE = np.array(
    [[1.2, 0.3, 0.5, -90.0], [-0.2, 1.1, 2.0, -70.0], [0.1, -0.4, 7.5, 20.0], [0.0, 0.0, 0.0, 1.0]]
)


def test_a_known_pixel_lies_where_dicom_says(tmp_path):
    array = np.zeros((3, 5, 7), dtype=np.float32)
    slice_index, row, column = 2, 1, 4
    array[slice_index, row, column] = 42.0
    image = nibabel.load(write_volume(tmp_path / "x.nii.gz", array, OBLIQUE, "test"))
    assert image.shape == (7, 5, 3)
    ((found),) = np.argwhere(image.get_fdata() == 42.0)
    assert tuple(found) == (column, row, slice_index)
    world = nibabel.affines.apply_affine(image.affine, found)
    left, posterior, head = (OBLIQUE @ (column, row, slice_index, 1))[:3]
    np.testing.assert_allclose(world, (-left, -posterior, head), rtol=1e-6)


def test_nibabel_reads_the_axis_codes_of_a_transverse_slice():
    # Columns run to the patient's left, rows to the back, slices to the head.
    assert nibabel.aff2axcodes(affine_ras(AFFINE)) == ("L", "P", "S")


def test_maps_and_masks_of_an_analysis(tmp_path):
    heart = organ_analysis()
    paths = write_volumes(analysis(heart, liver(), unmeasured()), tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in paths}
    quantities = ("t2star", "r2star", "s0", "rsquared")
    expected = {f"maps/{organ}_{name}.nii.gz" for organ in ("heart", "liver") for name in quantities}
    assert names == expected | {"regions/heart_septum.nii.gz", "regions/liver_parenchyma.nii.gz"}
    mask = nibabel.load(tmp_path / "regions/heart_septum.nii.gz")
    assert mask.get_data_dtype() == np.uint8
    np.testing.assert_array_equal(np.asarray(mask.dataobj).transpose(2, 1, 0), heart.regions[0].mask)
    t2star = nibabel.load(tmp_path / "maps/heart_t2star.nii.gz")
    assert t2star.get_data_dtype() == np.float32
    assert t2star.header.get_xyzt_units()[0] == "mm"
    assert (int(t2star.header["qform_code"]), int(t2star.header["sform_code"])) == (1, 1)
    np.testing.assert_allclose(t2star.get_qform(), t2star.get_sform(), atol=1e-4)
    np.testing.assert_array_equal(np.asarray(t2star.dataobj).transpose(2, 1, 0), heart.maps.t2star_ms)
    assert np.isnan(np.asarray(t2star.dataobj)).any()


def test_the_same_numbers_give_the_same_bytes(tmp_path):
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    first = write_volume(tmp_path / "a.nii.gz", array, OBLIQUE, "test").read_bytes()
    second = write_volume(tmp_path / "elsewhere" / "b.nii.gz", array, OBLIQUE, "test").read_bytes()
    assert first == second


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "x.nii.gz").mkdir()
    with pytest.raises(OutputError) as caught:
        write_volume(tmp_path / "x.nii.gz", np.zeros((1, 2, 2), np.uint8), OBLIQUE, "test")
    assert caught.value.finding.code == "output_not_written"


@pytest.mark.parametrize("site", ["../../etc/passwd", "..", "/abs", "C:\\x", "肝", "a b/c", ""])
def test_a_region_of_any_name_stays_in_its_folder(site):
    parts = region_path("liver", site).split("/")
    assert len(parts) == 2
    assert parts[0] == "regions"
    assert parts[1].startswith("liver_")
    assert not set("\\:. ") & set(parts[1].removesuffix(".nii.gz"))
