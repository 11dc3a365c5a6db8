"""Layouts of the vendors for `random_series`: each gives the files, and the signal that they stand for."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)
from random_series import RNG, Truth, classic_image, common, ds16, enhanced, item

PLAIN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian)
PHILIPS_TYPES = {
    "M": ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
    "P": ["ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"],
    "R": ["ORIGINAL", "PRIMARY", "R_FFE", "R", "FFE"],
    "I": ["ORIGINAL", "PRIMARY", "I_FFE", "I", "FFE"],
}
COMPLEX = {"M": "MAGNITUDE", "P": "PHASE", "R": "REAL", "I": "IMAGINARY"}


@dataclass
class Written:
    """Files, and what their magnitude images stand for (the stored values where None)."""

    files: list[Dataset]
    signal: np.ndarray | None = None
    syntax: str = ExplicitVRLittleEndian


def places(truth: Truth):
    """Slice and echo of every image."""
    return [(slice_, echo) for slice_ in range(truth.shape[0]) for echo in range(truth.shape[3])]


def again(truth: Truth, rng: RNG) -> Truth:
    """The same series acquired once more."""
    return replace(truth, stored=rng.integers(0, 4096, truth.shape))


def noise(truth: Truth, rng: RNG) -> np.ndarray:
    """An image of something else."""
    return rng.integers(0, 4096, truth.shape[1:3])


def of_type(truth: Truth, maker: str, image_type: list[str], number: int = 5, series: str = "") -> Dataset:
    """What the files of a series share."""
    base = common(truth, maker, "Scanner", series or generate_uid(), number)
    base.ImageType = image_type
    return base


def siemens(truth: Truth, rng: RNG) -> Written:
    """Magnitude and phase as two series."""
    files = []
    for number, kind in enumerate("MP"):
        base = of_type(truth, "SIEMENS", ["ORIGINAL", "PRIMARY", kind, "ND"], 5 + number)
        base.SequenceName = f"*fl2d{truth.shape[3]}"
        files += [
            classic_image(truth, base, s, e, None if kind == "M" else noise(truth, rng))
            for s, e in places(truth)
        ]
    return Written(files, syntax=rng.choice(PLAIN))


def xa(truth: Truth, rng: RNG) -> Written:
    """Enhanced, all in one file, one per slice or one per image."""
    base = of_type(truth, "Siemens Healthineers", ["ORIGINAL", "PRIMARY", "M", "NONE"])
    frames = [(s, e, truth.stored[s, :, :, e], {}) for s, e in places(truth)]
    by_slice = [[frame for frame in frames if frame[0] == s] for s in range(truth.shape[0])]
    parts = ([frames], by_slice, [[frame] for frame in frames])[rng.integers(3)]
    told = {"content": bool(rng.integers(2)), "stack": bool(rng.integers(2))}
    return Written([enhanced(truth, base, rng, part, **told) for part in parts])


def xa_nearest(truth: Truth, rng: RNG) -> Written:
    """One echo time for all frames, and the true one in a group of each; no number of frames."""
    base = of_type(truth, "UIH", ["ORIGINAL", "PRIMARY", "M", "NONE"])
    frames = [
        (s, e, truth.stored[s, :, :, e], {"UnassignedPerFrameConvertedAttributesSequence": own})
        for s, e in places(truth)
        for own in [item(EchoTime=ds16(truth.te_ms[e]))]
    ]
    shared = [("MREchoSequence", item(EffectiveEchoTime=float(truth.te_ms[0])))]
    file = enhanced(truth, base, rng, frames, shared=shared)
    for group in file.PerFrameFunctionalGroupsSequence:
        del group.MREchoSequence
    del file.NumberOfFrames
    return Written([file])


def ge(truth: Truth, rng: RNG) -> Written:
    """Four components in one series, told by a private number in any block; wrong echo numbers."""
    base = of_type(truth, "GE MEDICAL SYSTEMS", ["ORIGINAL", "PRIMARY", "OTHER"])
    base.PixelRepresentation, base.BitsStored, base.HighBit = 1, 16, 15
    block, unknown = int(rng.integers(0x10, 0x100)), rng.integers(2)
    files = []
    for s, e in places(truth):
        for kind in rng.permutation(4).tolist():
            stored = None if kind == 0 else rng.integers(-3000, 3000, truth.shape[1:3])
            file = classic_image(truth, base, s, e, stored)
            file.EchoNumbers = int(rng.choice([1, e + 1, 7]))
            file.add_new(0x00430000 | block, "LO", "GEMS_PARM_01")
            tag = 0x00430000 | block << 8 | 0x2F
            file.add_new(tag, "UN" if unknown else "SS", struct.pack("<h", kind) if unknown else kind)
            files.append(file)
    return Written(files)


def _scaled(truth: Truth, rng: RNG) -> tuple[list[tuple[float, float, float]], np.ndarray]:
    """Draw rescale slope, intercept and scale slope per echo; the signal as Chenevert et al. define it."""
    drawn = [
        (
            float(ds16(rng.uniform(0.5, 3))),
            float(ds16(rng.uniform(-20, 20))),
            float(np.float32(rng.uniform(0.001, 0.1))),
        )
        for _ in truth.te_ms
    ]
    slope, intercept, scale = np.transpose(drawn)
    return drawn, (truth.stored * slope + intercept) / (slope * scale)


def _private(file: Dataset, scale: float, kind: str, block: int) -> None:
    file.add_new(0x20050000 | block, "LO", "Philips MR Imaging DD 001")
    file.add_new(0x20050000 | block << 8 | 0x0E, "FL", scale)
    file.add_new(0x20050000 | block << 8 | 0x11, "CS", kind)


def philips(truth: Truth, rng: RNG) -> Written:
    """Classic: four components in one series, each echo with a scale of its own."""
    drawn, signal = _scaled(truth, rng)
    block, series, files = int(rng.integers(0x10, 0x100)), generate_uid(), []
    for kind, image_type in PHILIPS_TYPES.items():
        base = of_type(truth, "Philips Medical Systems", image_type, 401, series)
        for s, e in places(truth):
            file = classic_image(truth, base, s, e, None if kind == "M" else noise(truth, rng))
            slope, intercept, scale = drawn[e]
            file.RescaleSlope, file.RescaleIntercept = ds16(slope), ds16(intercept)
            _private(file, scale, kind, block)
            files.append(file)
    return Written(files, signal, rng.choice(PLAIN))


def philips_enhanced(truth: Truth, rng: RNG) -> Written:
    """Enhanced: four components in one file, the private scale in a sequence per frame."""
    drawn, signal = _scaled(truth, rng)
    base = of_type(truth, "Philips", ["ORIGINAL", "PRIMARY", "MIXED", "MIXED"], 401)
    base.ComplexImageComponent = "MIXED"
    frames = []
    for s, e in places(truth):
        slope, intercept, _ = drawn[e]
        for kind, (*start, image_type, _, _) in PHILIPS_TYPES.items():
            groups = {
                "MRImageFrameTypeSequence": item(
                    FrameType=[*start, image_type, "NONE"], ComplexImageComponent=COMPLEX[kind]
                ),
                "PixelValueTransformationSequence": item(
                    RescaleSlope=ds16(slope), RescaleIntercept=ds16(intercept), RescaleType="US"
                ),
                "RealWorldValueMappingSequence": item(
                    RealWorldValueSlope=slope, RealWorldValueIntercept=intercept
                ),
            }
            frames.append((s, e, truth.stored[s, :, :, e] if kind == "M" else noise(truth, rng), groups))
    file = enhanced(truth, base, rng, frames)
    for group in file.PerFrameFunctionalGroupsSequence:
        te = group.MREchoSequence[0].EffectiveEchoTime
        own = Dataset()
        _private(own, drawn[truth.te_ms.index(te)][2], "M", 0x10)
        group.add_new(0x20050014, "LO", "Philips MR Imaging DD 005")
        group.add_new(0x2005140F, "SQ", Sequence([own]))
    return Written([file], signal, rng.choice(PLAIN))


def real_world(truth: Truth, rng: RNG) -> Written:
    """One rescale for all images, real world values per echo."""
    base = of_type(truth, "Philips Medical Systems", PHILIPS_TYPES["M"])
    base.RescaleSlope, base.RescaleIntercept = "2.5", "0"
    slopes, files = rng.uniform(0.5, 9, truth.shape[3]), []
    for s, e in places(truth):
        file = classic_image(truth, base, s, e)
        file.RealWorldValueMappingSequence = item(RealWorldValueSlope=slopes[e], RealWorldValueIntercept=1.5)
        files.append(file)
    return Written(files, truth.stored * slopes + 1.5)


def others(truth: Truth, rng: RNG) -> Written:
    """Canon, United Imaging, Hitachi: phase, if at all, by many names; any plain transfer syntax."""
    maker = str(rng.choice(["CANON_MEC", "TOSHIBA_MEC", "UIH", "Hitachi, Ltd.", "FUJIFILM Healthcare"]))
    phase = [["P", "NONE"], ["OTHER", "NONE", "NONE", "PHASE"], ["PHASE IMAGE"], ["P_FE"]][rng.integers(4)]
    apart = rng.integers(2)
    base = of_type(truth, maker, ["ORIGINAL", "PRIMARY", "M", "NONE"])
    uid = "" if apart else base.SeriesInstanceUID
    beside = of_type(truth, maker, ["ORIGINAL", "PRIMARY", *phase], 5 + int(apart), uid)
    files = [classic_image(truth, base, s, e) for s, e in places(truth)]
    files += [classic_image(truth, beside, s, e, noise(truth, rng)) for s, e in places(truth)]
    syntax = rng.choice((*PLAIN, ExplicitVRBigEndian))
    if syntax == ExplicitVRBigEndian:
        for file in files:
            file.PixelData = np.frombuffer(file.PixelData, "<u2").astype(">u2").tobytes()
    return Written(files, syntax=syntax)


def signed_spare(truth: Truth, rng: RNG) -> Written:
    """Signed values of 12 bits with something else in the bits above, some of them padding."""
    stored = rng.integers(-2048, 2048, truth.shape)
    padded = rng.random(truth.shape) < 0.1
    stored[padded] = -2000
    base = of_type(truth, "SIEMENS", ["ORIGINAL", "PRIMARY", "M", "ND"])
    base.PixelRepresentation, base.PhotometricInterpretation = 1, "MONOCHROME1"
    base.add_new("PixelPaddingValue", "SS", -2000)
    spare = (stored & 0xFFF) | rng.integers(0, 16, truth.shape) << 12
    spare = spare.astype("<u2").view("<i2")
    files = [classic_image(truth, base, s, e, spare[s, :, :, e]) for s, e in places(truth)]
    return Written(files, np.where(stored == -2000, 0.0, stored), rng.choice(PLAIN))


LAYOUTS = (
    siemens,
    xa,
    xa_nearest,
    ge,
    philips,
    philips_enhanced,
    real_world,
    others,
    signed_spare,
)


@dataclass(frozen=True)
class Spelling:
    """How a product names a map; `step`: what one stored unit is in ms, 1/s or %."""

    maker: str
    description: str
    image_type: list[str]
    quantity: str
    step: float
    fields: dict[str, object]


def _map(maker, description, image_type, quantity, step=1.0, origin="DERIVED", **fields) -> Spelling:
    return Spelling(maker, description, [origin, "PRIMARY", *image_type.split("|")], quantity, step, fields)


def _unit(slope: float, unit: str) -> Sequence:
    code = item(CodeValue=unit, CodingSchemeDesignator="UCUM", CodeMeaning=unit)
    return item(RealWorldValueSlope=slope, RealWorldValueIntercept=0.0, MeasurementUnitsCodeSequence=code)


_GE, _PHILIPS, _SIEMENS, _UNITED = "GE MEDICAL SYSTEMS", "Philips Medical Systems", "SIEMENS", "UIH"
MAPS = (
    _map(_GE, "R2*: IDEAL IQ", "OTHER", "r2star", origin="ORIGINAL"),
    _map(_GE, "FatFrac: IDEAL IQ", "OTHER", "fat_fraction", origin="ORIGINAL"),
    _map(_GE, "FatFrac: IDEAL IQ", "FAT_FRACTION", "fat_fraction", 0.1, RescaleType="0.1 %"),
    _map(_GE, "R2* StarMap", "OTHER", "r2star"),
    _map(_GE, "R2* map", "R2_STAR_MAP", "r2star", 0.1, RescaleType="0.1 Hz"),
    _map(_PHILIPS, "mDIXON-Quant_BH", "T2_STAR|T2_STAR|FFE", "t2star", 0.1, "ORIGINAL", RescaleSlope="0.1"),
    _map(_PHILIPS, "mDIXON-Quant_BH", "R2_STAR|R2_STAR", "r2star", 0.5, RescaleSlope="0.5"),
    _map(_PHILIPS, "mDIXON-Quant_BH", "FF|FF|FFE", "fat_fraction", 0.05, RescaleSlope="0.05"),
    _map(
        _PHILIPS,
        "liver",
        "T2_STAR|T2_STAR",
        "t2star",
        0.1,
        "ORIGINAL",
        RealWorldValueMappingSequence=_unit(1e-4, "s"),
    ),
    _map(_PHILIPS, "liver", "R2_STAR", "r2star", RealWorldValueMappingSequence=_unit(1.0, "/s")),
    _map(_SIEMENS, "gre_T2*_Map", "M|T2_STAR MAP", "t2star", 0.1, ImageComments="T2* map, unit: 0.1 ms"),
    _map(_SIEMENS, "LiverLab_R2*", "R2|STAR MAP", "r2star"),
    _map(_SIEMENS, "q-dixon Fat Percentage", "OTHER", "fat_fraction"),
    _map(_UNITED, "fact_PDFF", "OTHER|PDFF", "fat_fraction"),
    _map(_UNITED, "T2*图", "OTHER", "t2star"),
    _map(_UNITED, "R2*图", "OTHER", "r2star"),
    _map("CANON_MEC", "T2* Map [ms]", "OTHER", "t2star", 0.1, RescaleSlope="0.1"),
)
