"""Digital patients of three makes, their true anatomy known, and what is proposed on them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Acquisition, EchoSeries, Organ
from ironquant.phantom import REPORTED_MASK, PhantomOrgan, PhantomSpec, simulate
from ironquant.resources import load_table
from ironquant.roi import propose_region, region_mask

if TYPE_CHECKING:
    from thirdmake.case import Case

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "roi"))
WHOLE = {Organ.HEART: "myocardium", Organ.LIVER: "liver"}
TOLERANCE = {Organ.HEART: 0.05, Organ.LIVER: 0.04, Organ.SPLEEN: 0.05}
Mask = NDArray[np.bool_]
MATRICES = ((128, 128), (160, 160), (192, 192), (256, 256))


@dataclass(frozen=True, eq=False)
class Found:
    """Pixels of a proposal and its confidence; or why there is none."""

    mask: Mask | None
    confidence: float = 0.0
    reason: str = ""


Finder = Callable[[EchoSeries, Organ], Found]


def proposed(series: EchoSeries, organ: Organ) -> Found:
    """Return what is proposed."""
    proposal = propose_region(series, organ)
    if proposal.region is None:
        return Found(None, reason=proposal.reason)
    return Found(region_mask(proposal.region, series), proposal.confidence)


@dataclass(frozen=True)
class Outcome:
    """One proposal beside the truth.

    Attributes
    ----------
    dice : float
        With the mask whose T2* is exact: the core of the septum, the pure parenchyma.
    inside : float
        Share of the region in myocardium, or in the liver.
    vessel : float
        Share of the region in vessels.
    error : float
        (T2* of the noise-free mean signal of the region) / truth - 1.
    """

    organ: Organ
    spec: object
    seconds: float
    confidence: float
    reason: str
    dice: float = float("nan")
    inside: float = float("nan")
    vessel: float = float("nan")
    error: float = float("nan")

    @property
    def right(self) -> bool:
        """Whether T2* is within the tolerance of the organ."""
        return abs(self.error) <= TOLERANCE[self.organ]


def random_spec(number: int, seed: int) -> PhantomSpec:
    """Return a patient drawn at random: severity, field, noise, size, matrix, blood."""
    rng = np.random.default_rng([seed, number])
    field_t = float(rng.choice([1.5, 1.5, 2.89]))
    short = 0.6 if field_t > 2 else 1.0
    trains = load_table("phantoms")["trains"]
    heart, liver = ("heart_3", "liver_3") if field_t > 2 else ("heart_15", "liver_15")
    return PhantomSpec(
        heart_t2star_ms=short * float(np.exp(rng.uniform(np.log(3.5), np.log(40)))),
        liver_t2star_ms=short * float(np.exp(rng.uniform(np.log(0.9), np.log(30)))),
        field_t=field_t,
        heart_te_ms=tuple(trains[heart]),
        liver_te_ms=tuple(trains[liver]),
        snr=float(np.exp(rng.uniform(np.log(18), np.log(90)))),
        n_coils=int(rng.choice([1, 4])),
        matrix=MATRICES[int(rng.integers(len(MATRICES)))],
        black_blood=bool(rng.random() < 0.35),
        liver_fat_fraction=float(rng.choice([0.0, 0.0, 0.1, 0.25])),
        body_scale=float(rng.uniform(0.68, 1.15)),
        seed=int(rng.integers(2**31)),
    )


def outcomes(job: tuple[int, int]) -> list[Outcome]:
    """Simulate one patient and propose both regions."""
    spec = random_spec(*job)
    phantom = simulate(spec)
    return [outcome(spec, phantom.organ(organ)) for organ in (Organ.HEART, Organ.LIVER)]


def outcome(spec: PhantomSpec, images: PhantomOrgan) -> Outcome:
    """Propose a region on the images of one organ and compare it with the truth."""
    heart = images.organ == Organ.HEART
    series = EchoSeries(
        "k",
        "1.2",
        "",
        images.signal,
        images.te_ms,
        images.affine,
        acquisition=Acquisition(field_t=spec.field_t, black_blood=spec.black_blood and heart),
        organ_guess=images.organ,
    )
    core = images.masks[REPORTED_MASK[images.organ]]
    return judged(
        series,
        images.organ,
        spec,
        pure=core,
        whole=images.masks[WHOLE[images.organ]],
        vessels=images.masks.get("vessels", np.zeros_like(core)),
        clean=images.clean,
        scale_ms=spec.t2star_ms(images.organ),
        exact=core,
    )


def judged(
    series: EchoSeries,
    organ: Organ,
    spec: object,
    *,
    pure: Mask,
    whole: Mask,
    vessels: Mask,
    clean: NDArray[np.float32],
    scale_ms: float,
    exact: Mask | float,
    tissue_ms: float | None = None,
    find: Finder = proposed,
) -> Outcome:
    """Propose a region and compare it with masks and noise-free images.

    T2* (ms) is held against `exact`, or against the mean of that mask on the slices of the region; on all if
    those show none. Ghosts, ringing and dephasing move even that one off `tissue_ms`: where told, what
    lies between is right.
    """
    start = time.process_time()
    found = find(series, organ)
    seconds = time.process_time() - start
    if found.mask is None:
        return Outcome(organ, spec, seconds, 0.0, found.reason)
    mask = found.mask
    here = np.broadcast_to(mask.any(axis=(1, 2))[:, None, None], mask.shape)
    pure_here = pure & here

    def decay(where: Mask) -> float:
        return t2star_of(clean[where].astype(float).mean(axis=0), series.te_ms, scale_ms)

    read = decay(mask)
    reference = exact if isinstance(exact, float) else decay(exact & here if (exact & here).any() else exact)
    return Outcome(
        organ,
        spec,
        seconds,
        found.confidence,
        "",
        dice=2.0 * float((mask & pure_here).sum()) / float(mask.sum() + pure_here.sum()),
        inside=float((mask & whole).sum()) / float(mask.sum()),
        vessel=float((mask & vessels).sum()) / float(mask.sum()),
        error=read / float(np.clip(read, *sorted((reference, tissue_ms or reference)))) - 1.0,
    )


def other_heart(seed: int) -> Outcome | None:
    """Propose a septum on a heart of the other make; None where a reader could not outline it either."""
    from othermake.judging import judge
    from othermake.short_axis import heart

    drawn = heart(seed)
    if not drawn.readable:
        return None
    found = judge(drawn)
    return Outcome(
        Organ.HEART,
        f"{drawn.style}, seed {seed}",
        found.seconds,
        found.confidence,
        found.reason,
        dice=found.dice,
        inside=1.0 - found.outside,
        error=found.error,
    )


def no_heart(seed: int) -> tuple[str, bool]:
    """Return what an image shows that is no short axis of a heart, and whether it is refused."""
    from othermake.wrong_anatomy import wrong

    return "something else than a heart", propose_region(wrong(seed)[0], Organ.HEART).region is None


def other_abdomen(job: tuple[int, int], find: Finder = proposed) -> list[Outcome]:
    """Propose liver and spleen on an abdomen of the other make."""
    from othermake import imaging, transverse

    plan = transverse.random_plan(*job)
    truth = transverse.make(plan)
    found = []
    for organ, pure, scale in (
        (Organ.LIVER, truth.parenchyma, plan.t2star_ms),
        (Organ.SPLEEN, truth.spleen, plan.spleen_t2star_ms),
    ):
        if not pure.any():
            continue
        te = truth.series.te_ms
        tissue = np.abs(imaging.curve(*transverse.tissues(plan)[str(organ)], te, plan.field_t))
        found.append(
            judged(
                truth.series,
                organ,
                plan,
                pure=pure,
                whole=pure,
                vessels=truth.vessels,
                clean=truth.clean,
                scale_ms=scale,
                exact=t2star_of(tissue, te, scale),
                find=find,
            )
        )
    return found


def no_liver(job: tuple[int, int]) -> tuple[str, bool]:
    """Return what an image without a liver shows, and whether it is refused."""
    from othermake.no_liver import wrong_series

    kind, series = wrong_series(*job)
    return kind, propose_region(series, Organ.LIVER).region is None


def other_outcomes(job: tuple[int, int]) -> list[Outcome]:
    """Draw one patient of the other make (``tests/roi/othermake``) and propose on it."""
    heart = other_heart(1000 * job[1] + job[0])
    return ([] if heart is None else [heart]) + other_abdomen(job)


def refusals(job: tuple[int, int]) -> list[tuple[Organ, str, bool]]:
    """Return for heart and liver what an image without them shows, and whether it is refused."""
    kind, refused = no_heart(1000 * job[1] + job[0])
    return [(Organ.HEART, kind, refused), (Organ.LIVER, *no_liver(job))]


THIRD = {
    Organ.HEART: ("septum", "core", "myocardium", "core"),
    Organ.LIVER: ("liver", "parenchyma", "parenchyma", "deep"),
    Organ.SPLEEN: ("spleen", "spleen", "spleen", "deep_spleen"),
}
"""Tissue of the third make, and its masks: to compare with, to lie in, with an exact T2*."""


def third_case(case: Case, organ: Organ, find: Finder = proposed) -> Outcome:
    """Propose on a phantom of the third make."""
    tissue, pure, whole, exact = THIRD[organ]
    te, scale = case.series.te_ms, case.t2star_ms[tissue]
    return judged(
        case.series,
        organ,
        f"{case.kind} {case.seed}: {case.about}",
        pure=case.masks[pure],
        whole=case.masks[whole],
        vessels=case.masks.get("vessels", np.zeros_like(case.masks[pure])),
        clean=case.clean,
        scale_ms=scale,
        exact=case.masks[exact],
        tissue_ms=t2star_of(np.abs(case.tissues[tissue].curve(te, case.field_t)), te, scale),
        find=find,
    )


def third_outcomes(job: tuple[int, int]) -> list[Outcome]:
    """Draw a heart and an abdomen of the third make (``tests/roi/thirdmake``) and propose on them."""
    from thirdmake.short_axis import heart
    from thirdmake.transverse import abdomen

    seed = 1000 * job[1] + job[0]
    hearts, belly = heart(seed), abdomen(seed)
    found = [third_case(hearts, Organ.HEART)] if hearts.readable else []
    found.append(third_case(belly, Organ.LIVER))
    if belly.masks["spleen"].any():
        found.append(third_case(belly, Organ.SPLEEN))
    return found


def third_refusals(job: tuple[int, int]) -> list[tuple[Organ, str, bool]]:
    """Return what images of the third make without the organ show, and whether they are refused."""
    from thirdmake.wrong import wrong

    cases = [(organ, wrong(1000 * job[1] + job[0], str(organ))) for organ in (Organ.HEART, Organ.LIVER)]
    return [(organ, case.kind, propose_region(case.series, organ).region is None) for organ, case in cases]


def t2star_of(curve: NDArray[np.float64], te_ms: tuple[float, ...], scale_ms: float) -> float:
    """Return T2* of a noise-free curve: a weighted line through its logarithm, up to twice the true T2*."""
    te = np.asarray(te_ms)
    used = te <= max(2.0 * scale_ms, te[2])
    slope = np.polyfit(te[used], np.log(curve[used]), 1, w=curve[used])[0]
    return float(-1.0 / slope)


MAKES = {
    "own": (outcomes, None),
    "other": (other_outcomes, refusals),
    "third": (third_outcomes, third_refusals),
}
"""Whose digital patients: what is measured, and what must be refused."""
