"""Stored values in every encoding, depth and sign become the signal that was written."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from dicom_samples import codes, image, only, read_one, save
from jpeg_lossless import encode
from pydicom import uid as uids
from pydicom.encaps import encapsulate
from scanners import siemens
from scanners.truth import truth
from scanners.writing import scattered

HTJ2K = (
    "/0//UQApQAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCIkJCQ"
    "kJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAFkAAf+TwAAmhfoFB3QAAADAABLAABMAUAGHdADS+QMH"
    "dADAABNAABMAJNIBAnQAyeQAIjQAwAAqYAAVYAiC/KAiMIJ2AE466aSTwEIBvrYA/9k="
)
"""6 × 8 pixels, value 37·n + 5, 16 bit, reversible; encoded by OpenJPH 0.26 (imagecodecs)."""


ROWS, COLUMNS = 64, 40
"""JPEG 2000 encoders refuse much smaller images."""


def stored(echo: int, bits: int, signed: bool) -> np.ndarray:
    """Values over the whole range of `bits`, other ones in every echo."""
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    values = np.linspace(low, high, ROWS * COLUMNS).round().astype(np.int64)
    values = np.roll(values, 5 * echo).reshape(ROWS, COLUMNS)
    kind = f"{'i' if signed else 'u'}{1 if bits <= 8 else 2 if bits <= 16 else 4}"
    return values.astype(kind)


def written(folder, change, bits=12, signed=False, **values):
    """A train of four echoes; `change(ds, data)` puts the pixels."""
    for echo in range(4):
        data = stored(echo, bits, signed)
        ds = image(0, echo, data=data, **values)
        ds.BitsAllocated = 8 * data.dtype.itemsize
        ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, int(signed)
        change(ds, data)
        save(ds, folder / f"{echo}.dcm")
    return np.stack([stored(echo, bits, signed) for echo in range(4)], axis=-1)[None]


def plain(ds, data):
    ds.PixelData = data.tobytes()
    if data.itemsize == 1:
        ds["PixelData"].VR = "OB"


def by_pydicom(syntax, **options):
    def change(ds, data):
        plain(ds, data)
        ds.compress(syntax, generate_instance_uid=False, **options)

    return change


def jpeg_lossless(predictor):
    def change(ds, data):
        unsigned = data.view(f"u{data.itemsize}") & ((1 << ds.BitsStored) - 1)
        ds.PixelData = encapsulate([encode(unsigned, predictor, ds.BitsStored)])
        ds["PixelData"].VR = "OB"
        syntax = uids.JPEGLosslessSV1 if predictor == 1 else uids.JPEGLossless
        ds.file_meta.TransferSyntaxUID = syntax

    return change


SYNTAXES = {
    "explicit": plain,
    "rle": by_pydicom(uids.RLELossless),
    "jpeg-ls": by_pydicom(uids.JPEGLSLossless),
    "jpeg-2000": by_pydicom(uids.JPEG2000Lossless),
    **{f"jpeg-lossless-{n}": jpeg_lossless(n) for n in range(1, 8)},
}


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_lossless(tmp_path, syntax, bits, signed):
    expected = written(tmp_path, SYNTAXES[syntax], bits, signed)
    np.testing.assert_array_equal(read_one(tmp_path).signal, expected)


@pytest.mark.parametrize("signed", [False, True])
def test_thirty_two_bit(tmp_path, signed):
    expected = written(tmp_path, plain, 32, signed)
    np.testing.assert_array_equal(read_one(tmp_path).signal, expected.astype(np.float32))


def test_deflated_and_implicit(tmp_path):
    for name, syntax in (
        ("deflated", uids.DeflatedExplicitVRLittleEndian),
        ("implicit", uids.ImplicitVRLittleEndian),
    ):
        expected = written(tmp_path / name, plain, 16, syntax=syntax)
        np.testing.assert_array_equal(read_one(tmp_path / name).signal, expected)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_big_endian(tmp_path, bits):
    """Eight-bit pixels stand in words (OW), whose two bytes are swapped (PS3.5, 8.1.1 and annex D)."""
    for echo in range(4):
        data = stored(echo, bits, False)
        ds = image(0, echo, data=data, syntax=uids.ExplicitVRBigEndian)
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8 * data.itemsize, bits, bits - 1
        ds.PixelData = data.view("u2").byteswap().tobytes() if bits == 8 else data.astype(">u2").tobytes()
        ds["PixelData"].VR = "OW"
        ds.set_original_encoding(False, False)
        save(ds, tmp_path / f"{echo}.dcm")
    expected = np.stack([stored(echo, bits, False) for echo in range(4)], axis=-1)[None]
    np.testing.assert_array_equal(read_one(tmp_path).signal, expected)


@pytest.mark.parametrize("syntax", [uids.JPEGLSNearLossless, uids.JPEG2000])
def test_lossy_is_read_and_told(tmp_path, syntax):
    options = {"jls_error": 2} if syntax == uids.JPEGLSNearLossless else {"j2k_cr": [2]}
    told = {} if syntax == uids.JPEGLSNearLossless else {"LossyImageCompression": "01"}
    expected = written(tmp_path, by_pydicom(syntax, **options), 12, **told).astype(np.float32)
    train = read_one(tmp_path)
    assert "lossy_compression" in codes(train)
    assert np.abs(train.signal - expected).max() <= (2 if syntax == uids.JPEGLSNearLossless else 60)


@pytest.mark.parametrize("syntax", [uids.HTJ2KLossless, uids.HTJ2K])
def test_high_throughput_jpeg_2000(tmp_path, syntax):
    def change(ds, data):
        ds.PixelData = encapsulate([base64.b64decode(HTJ2K)])
        ds["PixelData"].VR = "OB"
        ds.file_meta.TransferSyntaxUID = syntax
        ds.Rows, ds.Columns = 6, 8

    written(tmp_path, change, 16)
    expected = 37 * np.arange(48).reshape(6, 8) + 5
    np.testing.assert_array_equal(read_one(tmp_path).signal[0, :, :, 2], expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_float_pixel_data(tmp_path, dtype):
    truth = [
        np.linspace(1, 900, ROWS * COLUMNS).reshape(ROWS, COLUMNS).astype(dtype) / (1 + e) for e in range(4)
    ]
    truth[1][2, 3] = np.nan
    for echo in range(4):
        ds = image(0, echo, data=stored(echo, 12, False))
        for keyword in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
            del ds[keyword]
        ds.BitsAllocated = 8 * np.dtype(dtype).itemsize
        keyword = "FloatPixelData" if dtype is np.float32 else "DoubleFloatPixelData"
        setattr(ds, keyword, truth[echo].tobytes())
        save(ds, tmp_path / f"{echo}.dcm")
    train = read_one(tmp_path)
    assert codes(train) == ["invalid_number"]
    np.testing.assert_allclose(train.signal[0], np.nan_to_num(np.stack(truth, axis=-1)), rtol=1e-7)


@pytest.mark.parametrize("syntax", ["explicit", "jpeg-2000"])
def test_rescale_of_every_image(tmp_path, syntax):
    for echo in range(4):
        data = stored(echo, 12, False)
        slope, intercept = 0.25 + 0.5 * echo, 3.5 - echo
        ds = image(0, echo, data=data, RescaleSlope=slope, RescaleIntercept=intercept)
        ds.BitsStored, ds.HighBit = 12, 11
        SYNTAXES[syntax](ds, data)
        save(ds, tmp_path / f"{echo}.dcm")
    signal = read_one(tmp_path).signal[0]
    for echo in range(4):
        expected = stored(echo, 12, False) * (0.25 + 0.5 * echo) + 3.5 - echo
        np.testing.assert_allclose(signal[..., echo], expected, rtol=1e-6)


@pytest.mark.parametrize("limit", [None, -1990])
def test_padding_is_no_signal(tmp_path, limit):
    """Pixels outside the scanned field hold a value that is none; the fit sees 0."""
    for echo in range(4):
        data = stored(echo, 11, False).astype(np.int16)
        data[0], data[1] = -2000, -1995
        extra = {} if limit is None else {"PixelPaddingRangeLimit": limit}
        ds = image(0, echo, data=data, RescaleSlope=2, RescaleIntercept=10)
        ds.PixelPaddingValue = -2000
        for keyword, value in extra.items():
            setattr(ds, keyword, value)
        save(ds, tmp_path / f"{echo}.dcm")
    signal = read_one(tmp_path).signal[0]
    assert (signal[0] == 0).all()
    assert (signal[1] == (0 if limit else 2 * -1995 + 10)).all()
    np.testing.assert_array_equal(signal[2:, :, 1], 2.0 * stored(1, 11, False)[2:] + 10)


def test_monochrome1_is_the_same_signal_shown_inverted(tmp_path):
    expected = written(tmp_path, plain, 12, PhotometricInterpretation="MONOCHROME1")
    np.testing.assert_array_equal(read_one(tmp_path).signal, expected)


def test_colour_is_no_signal(tmp_path):
    written(tmp_path, plain, 8, PhotometricInterpretation="PALETTE COLOR")
    (ref,) = only(tmp_path).series
    assert not ref.readable


def test_frames_of_a_compressed_enhanced_file(tmp_path):
    expected = truth(n_slices=2, shape=(40, 36))
    for syntax in (uids.RLELossless, uids.JPEGLSLossless, uids.JPEG2000Lossless):
        images = siemens.xa(expected, one_file_per_echo=False)
        images[0].compress(syntax)
        train = read_one(scattered(images, tmp_path / syntax))
        np.testing.assert_array_equal(train.signal, expected.stored)
        np.testing.assert_allclose(train.te_ms, expected.te_ms)
