"""GE: one series with all echoes and components, told apart by the private (0043,102F) alone."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import FileDataset
from pydicom.uid import ImplicitVRLittleEndian

from scanners.truth import Truth
from scanners.writing import dataset, put_pixels, put_place, uid

MAGNITUDE, PHASE, REAL, IMAGINARY = range(4)


def classic(
    truth: Truth,
    *,
    components: tuple[int, ...] = (MAGNITUDE, REAL, IMAGINARY),
    echo_numbers: str = "all-one",
    series: int = 16,
    acquisition: int = 1,
    first_instance: int = 1,
    block: int = 0x10,
    description: str = "R2* Mapping BH",
    **values,
) -> list[FileDataset]:
    """Implicit VR, signed pixels, no rescale, positions with six digits, ScanningSequence RM.

    `block` is where the private block of group 0043 ended up; anonymizers that rebuild headers move it.
    """
    images = []
    number = first_instance
    for slice_ in range(truth.n_slices):
        for echo, te in enumerate(truth.te_ms):
            for kind in components:
                ds = dataset(syntax=ImplicitVRLittleEndian, Manufacturer="GE MEDICAL SYSTEMS")
                ds.ManufacturerModelName, ds.ImageType = "SIGNA Artist", ["ORIGINAL", "PRIMARY", "OTHER"]
                ds.SeriesInstanceUID, ds.SeriesNumber = uid("ge", series), series
                ds.SeriesDescription, ds.ScanningSequence, ds.SequenceVariant = description, "RM", "NONE"
                ds.ScanOptions, ds.MRAcquisitionType = ["EDR_GEMS", "ACC_GEMS"], "2D"
                ds.EchoTime = f"{te:.6g}"
                ds.EchoNumbers = {"all-one": 1, "repeating": echo % 2 + 1, "right": echo + 1}[echo_numbers]
                ds.EchoTrainLength, ds.RepetitionTime, ds.FlipAngle = len(truth.te_ms), 125, 25
                ds.ImagingFrequency, ds.MagneticFieldStrength = "63.86034", 1.5
                ds.HeartRate, ds.AcquisitionNumber, ds.InstanceNumber = 0, acquisition, number
                ds.AcquisitionTime = "101835"
                number += 1
                put_place(ds, truth, slice_, digits=6)
                ds.SliceLocation = f"{-truth.heights[slice_] + 3:.8f}"  # its sign follows another habit
                ds.SpacingBetweenSlices = truth.thickness
                data = truth.stored[slice_, :, :, echo].astype(np.int16)
                put_pixels(ds, data if kind == MAGNITUDE else data - np.int16(1500 * kind), bits=16)
                put_parm(ds, kind, block)
                for keyword, value in values.items():
                    setattr(ds, keyword, value)
                images.append(ds)
    return images


def put_parm(ds: FileDataset, kind: int, block: int) -> None:
    ds.add_new(0x00430000 + block, "LO", "GEMS_PARM_01")
    ds.add_new(0x00430000 + (block << 8) + 0x2F, "SS", kind)
    if block != 0x10:  # whatever stands there now has its own meaning
        ds.add_new(0x00430010, "LO", "SOMEONE_ELSE_01")
        ds.add_new(0x0043102F, "SS", 3 - kind)
