"""Save what is true of a digital patient beside its images."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np

from ironquant.core import LPS_TO_RAS, write_atomic, write_bytes_atomic
from ironquant.phantom.simulate import REPORTED_MASK, Phantom, PhantomOrgan
from ironquant.phantom.spec import PhantomSpec

_PERCENTILES = (5, 25, 50, 75, 95)


def write_truth(phantom: Phantom, folder: Path) -> tuple[Path, ...]:
    """Write ``truth.json``, masks and the true T2* map as NIfTI (RAS).

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    document = truth_document(phantom)
    encoded = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode()
    paths = [write_bytes_atomic(folder / "truth.json", encoded)]
    for organ in phantom.organs:
        for name, mask in organ.masks.items():
            paths.append(_write_nifti(organ, mask.astype(np.uint8), folder / f"{organ.organ}_{name}.nii.gz"))
        paths.append(_write_nifti(organ, organ.t2star_ms, folder / f"{organ.organ}_t2star.nii.gz"))
        paths.append(_write_nifti(organ, organ.labels, folder / f"{organ.organ}_labels.nii.gz"))
    return tuple(paths)


def truth_document(phantom: Phantom) -> dict[str, Any]:
    """Return what ``truth.json`` holds."""
    return {
        "schema": "ironquant.phantom-truth/1",
        "spec": _spec_document(phantom.spec),
        "organs": [_organ_document(phantom.spec, organ) for organ in phantom.organs],
    }


def _spec_document(spec: PhantomSpec) -> dict[str, Any]:
    document = dataclasses.asdict(spec)
    for key in ("patient_birth_date", "study_date"):
        document[key] = document[key].isoformat()
    return document


def _organ_document(spec: PhantomSpec, organ: PhantomOrgan) -> dict[str, Any]:
    t2star_ms = spec.t2star_ms(organ.organ)
    masks = {}
    for name, mask in organ.masks.items():
        values = organ.t2star_ms[mask]
        values = values[np.isfinite(values)]
        quantiles = np.percentile(values, _PERCENTILES) if len(values) else ()
        masks[name] = {
            "n_pixels": int(mask.sum()),
            "t2star_ms_percentiles": {
                str(percent): round(float(value), 4)
                for percent, value in zip(_PERCENTILES, quantiles, strict=False)
            },
        }
    return {
        "organ": str(organ.organ),
        "site": REPORTED_MASK[organ.organ],
        "t2star_ms": t2star_ms,
        "r2star_per_s": 1000.0 / t2star_ms,
        "te_ms": list(organ.te_ms),
        "sigma": organ.sigma,
        "n_coils": organ.n_coils,
        "shape": list(organ.signal.shape[:3]),
        "masks": masks,
    }


def _write_nifti(organ: PhantomOrgan, volume: np.ndarray[Any, Any], path: Path) -> Path:
    import nibabel

    image = nibabel.Nifti1Image(np.ascontiguousarray(volume.transpose(2, 1, 0)), LPS_TO_RAS @ organ.affine)
    image.header.set_xyzt_units("mm")
    return write_atomic(path, lambda temporary: nibabel.save(image, temporary))
